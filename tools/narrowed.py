"""Actions of AmazonSageMakerFullAccess that this project's roles have too, but on less."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """feature: what AWS's policy also allows with these actions. why: what ours limits, and why."""

    feature: str
    why: str
    actions: tuple[str, ...]


def _sagemaker(*names: str) -> tuple[str, ...]:
    return tuple(f"sagemaker:{name}" for name in names)


NARROWED = (
    Narrowed(
        feature="Shared spaces",
        why="Only private spaces of the own profile, and apps in them: a shared space shows one"
        " person's files to another.",
        actions=_sagemaker("CreateSpace", "UpdateSpace", "DeleteSpace", "CreateApp", "DeleteApp"),
    ),
    Narrowed(
        feature="Opening another person's Studio",
        why="Only the own profile: the URL logs its holder in as that person.",
        actions=_sagemaker("CreatePresignedDomainUrl", "DescribeUserProfile"),
    ),
    Narrowed(
        feature="Tagging at any time",
        why="Tags are set when a resource is created and not changed later, because they say whose"
        " it is.",
        actions=_sagemaker("AddTags"),
    ),
    Narrowed(
        feature="Jobs and models without a VPC",
        why="A job has to name subnets and security groups: without them SageMaker runs it with a"
        " way to the internet.",
        actions=_sagemaker(
            "CreateTrainingJob",
            "CreateHyperParameterTuningJob",
            "CreateProcessingJob",
            "CreateModel",
        ),
    ),
    Narrowed(
        feature="Jobs that run with another role; Glue, RoboMaker and Step Functions",
        why="A role passes only itself: a stronger one would lend its rights to everybody.",
        actions=("iam:PassRole",),
    ),
    Narrowed(
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
    Narrowed(
        feature="Any image repository of the account",
        why="The installation's own repositories and, with the feature jobs, those of AWS.",
        actions=(
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:DescribeRepositories",
            "ecr:GetDownloadUrlForLayer",
        ),
    ),
    Narrowed(
        feature="Any log group; metrics of any name",
        why="What is under /aws/sagemaker, where SageMaker writes; what apps print is read by"
        " administrators alone.",
        actions=(
            "cloudwatch:PutMetricData",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:GetLogEvents",
            "logs:PutLogEvents",
        ),
    ),
    Narrowed(
        feature="Any CodeCommit repository with sagemaker in its name",
        why="Repositories that begin with the installation's name or sagemaker-.",
        actions=(
            "codecommit:BatchGetRepositories",
            "codecommit:GetRepository",
            "codecommit:GitPull",
            "codecommit:GitPush",
            "codecommit:ListBranches",
        ),
    ),
)
