"""Actions of AmazonSageMakerFullAccess that this project's roles grant with narrower limits."""

from tools.left_out import Difference, sagemaker

NARROWED = (
    Difference(
        feature="Shared spaces",
        why="Only private spaces of the user's profile, and apps in them: a shared space shows"
        " one user's files to another.",
        actions=sagemaker("CreateSpace", "UpdateSpace", "DeleteSpace", "CreateApp", "DeleteApp"),
    ),
    Difference(
        feature="Opening another user's Studio",
        why="Only the user's profile: the URL signs its holder in as that user.",
        actions=sagemaker("CreatePresignedDomainUrl", "DescribeUserProfile"),
    ),
    Difference(
        feature="Tagging at any time",
        why="Only when a resource is created: tags name its owner.",
        actions=sagemaker("AddTags"),
    ),
    Difference(
        feature="Jobs and models without a VPC",
        why="A job must name subnets and security groups: without them, it has internet access.",
        actions=sagemaker(
            "CreateTrainingJob",
            "CreateHyperParameterTuningJob",
            "CreateProcessingJob",
            "CreateModel",
        ),
    ),
    Difference(
        feature="Jobs that run with another role; Glue, RoboMaker and Step Functions",
        why="A role passes only itself: another one could have more permissions.",
        actions=("iam:PassRole",),
    ),
    Difference(
        feature="Any bucket with sagemaker or aws-glue in its name; JumpStart's data; samples",
        why="The buckets of role.buckets, and the SDK's default bucket with the feature jobs.",
        actions=(
            "s3:AbortMultipartUpload",
            "s3:CreateBucket",
            "s3:DeleteObject",
            "s3:GetBucketLocation",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
        ),
    ),
    Difference(
        feature="Any image repository of the account",
        why="The deployment's repositories and, with the feature jobs, those of AWS.",
        actions=(
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:DescribeRepositories",
            "ecr:GetDownloadUrlForLayer",
        ),
    ),
    Difference(
        feature="Any log group; metrics of any name",
        why="Log groups below /aws/sagemaker, where SageMaker writes; only administrators read the"
        " logs of apps.",
        actions=(
            "cloudwatch:PutMetricData",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:GetLogEvents",
            "logs:PutLogEvents",
        ),
    ),
    Difference(
        feature="Any CodeCommit repository with sagemaker in its name",
        why="Repositories whose names start with the deployment's name or sagemaker-.",
        actions=(
            "codecommit:BatchGetRepositories",
            "codecommit:GetRepository",
            "codecommit:GitPull",
            "codecommit:GitPush",
            "codecommit:ListBranches",
        ),
    ),
)
