"""Actions of AmazonSageMakerFullAccess that the roles do not grant, or with narrower limits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Difference:
    """feature: the purpose of the actions. why: the reason for the difference, or the limits.

    ``*`` in an action matches actions that the policy grants.
    """

    feature: str
    why: str
    actions: tuple[str, ...]


def sagemaker(*names: str) -> tuple[str, ...]:
    """Actions of SageMaker."""
    return tuple(f"sagemaker:{name}" for name in names)


def changes(*kinds: str) -> tuple[str, ...]:
    """Actions of SageMaker that create, update and delete resources of these kinds."""
    return sagemaker(
        *(f"{verb}{kind}" for kind in kinds for verb in ("Create", "Update", "Delete"))
    )


NARROWED = (
    Difference(
        feature="Shared spaces",
        why="Only private spaces of the user's profile, and apps in them: a shared space shows"
        " one user's files to another.",
        actions=(*changes("Space"), *sagemaker("CreateApp", "DeleteApp")),
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
"""Granted with narrower limits."""

LEFT_OUT = (
    Difference(
        feature="Administration of domains and user profiles",
        why="AWS's own policy excludes these resources too; an update of the domain can disable"
        " source identity.",
        actions=changes("Domain", "UserProfile"),
    ),
    Difference(
        feature="Administration of images and lifecycle configurations",
        why="This project's Terraform creates them: an image or a start script runs with the"
        " permissions of the user who starts it.",
        actions=(
            *changes("AppImageConfig", "Image", "ImageVersion"),
            *sagemaker("CreateStudioLifecycleConfig", "DeleteStudioLifecycleConfig", "ListAliases"),
        ),
    ),
    Difference(
        feature="Changing tags",
        why="A tag names the owner of a space; see the narrower limits above.",
        actions=sagemaker("DeleteTags"),
    ),
    Difference(
        feature="Removing finished jobs, changing running ones",
        why="Jobs are an audit record; an update can open a running job to a debugger.",
        actions=sagemaker(
            "DeleteHyperParameterTuningJob",
            "DeleteProcessingJob",
            "DeleteTrainingJob",
            "UpdateTrainingJob",
        ),
    ),
    Difference(
        feature="Notebook instances and their Git repositories",
        why="Studio's predecessor; an instance has its own internet access.",
        actions=sagemaker("*NotebookInstance*", "*CodeRepositor*"),
    ),
    Difference(
        feature="HyperPod clusters",
        why="Clusters are billed by the hour and administered outside Studio.",
        actions=sagemaker("*Cluster*", "*ComputeQuota*"),
    ),
    Difference(
        feature="Training plans and reserved capacity",
        why="Buying capacity in advance is an administrator's decision.",
        actions=sagemaker("*TrainingPlan*", "*ReservedCapacity*"),
    ),
    Difference(
        feature="Serverless model customization (jobs and training sessions)",
        why="Not a feature of the settings yet.",
        actions=sagemaker(
            "*JobSchemaVersion*",
            "*TrainingOperation*",
            "*TrainingSession*",
            "*SamplingOperation*",
            "CompleteRollout",
            "CreateJob",
            "DeleteJob",
            "DescribeJob",
            "ListJobs",
            "Sample",
            "SampleWithResponseStream",
            "StopJob",
            "UpdateReward",
        ),
    ),
    Difference(
        feature="Autopilot",
        why="Not a feature of the settings; it trains and deploys by itself.",
        actions=sagemaker("*AutoML*"),
    ),
    Difference(
        feature="Experiments and lineage",
        why="Not a feature of the settings; jobs do not need them.",
        actions=(
            *changes("Experiment"),
            *sagemaker(
                "*Action",
                "*Artifact*",
                "*Association*",
                "*Context*",
                "*Lineage*",
                "*Trial*",
                "Batch*Metrics",
                "DescribeExperiment",
                "ListActions",
                "ListExperiments",
            ),
        ),
    ),
    Difference(
        feature="MLflow servers",
        why="Not a feature of the settings; a server is billed by the hour.",
        actions=sagemaker("*Mlflow*"),
    ),
    Difference(
        feature="Pipelines",
        why="Not a feature of the settings; a pipeline has its own role.",
        actions=sagemaker("*Pipeline*"),
    ),
    Difference(
        feature="Model registry and model cards",
        why="Not a feature of the settings; a notebook that registers a model approves its own.",
        actions=sagemaker("*ModelPackage*", "*ModelCard*", "ListModelMetadata"),
    ),
    Difference(
        feature="Deploying endpoints, and tuning how they are served",
        why="Deployment belongs to a delivery pipeline's role; inference calls what is deployed.",
        actions=(
            *changes("Endpoint"),
            *sagemaker(
                "*AIBenchmarkJob*",
                "*AIRecommendationJob*",
                "*AIWorkloadConfig*",
                "*EndpointPolicy",
                "*InferenceComponent*",
                "*InferenceExperiment*",
                "*InferenceRecommendationsJob*",
                "*InferenceRouter*",
                "*OptimizationJob*",
                "CreateEndpointConfig",
                "DeleteEndpointConfig",
                "GetScalingConfigurationRecommendation",
                "UpdateEndpointWeightsAndCapacities",
            ),
            "application-autoscaling:*",
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:PutMetricAlarm",
            "elastic-inference:Connect",
            "iam:CreateServiceLinkedRole",
        ),
    ),
    Difference(
        feature="Model Monitor and Clarify",
        why="They monitor deployed endpoints, which users do not deploy.",
        actions=sagemaker("*Monitoring*", "*JobDefinition*"),
    ),
    Difference(
        feature="Ground Truth and Augmented AI (labeling)",
        why="Not a feature of the settings; it creates user pools and sends data to others.",
        actions=(
            *sagemaker(
                "*FlowDefinition*",
                "*HumanLoop*",
                "*HumanTaskUi*",
                "*LabelingJob*",
                "*Workforce*",
                "*Workteam",
                "ListSubscribedWorkteams",
                "ListWorkteams",
                "RenderUiTemplate",
            ),
            "cognito-idp:*",
            "groundtruthlabeling:*",
            "lambda:*",
            "sns:*",
        ),
    ),
    Difference(
        feature="Feature Store",
        why="Not a feature of the settings.",
        actions=sagemaker(
            "*FeatureGroup*", "*FeatureMetadata", "*Record", "ListRecords", "ListResourceCatalogs"
        ),
    ),
    Difference(
        feature="Data Wrangler, Canvas and SQL from notebooks (Athena, Glue, Redshift)",
        why="The team's own policies (groups.NAME.policies) can grant each data source.",
        actions=("athena:*", "glue:*", "redshift-data:*", "redshift:*"),
    ),
    Difference(
        feature="JumpStart hubs",
        why="Not a feature of the settings; models come from buckets that are not named here.",
        actions=sagemaker("*Hub*"),
    ),
    Difference(
        feature="Algorithms of AWS Marketplace",
        why="A subscription costs money and is an administrator's decision.",
        actions=(*sagemaker("*Algorithm*"), "aws-marketplace:ViewSubscriptions"),
    ),
    Difference(
        feature="Neo and Edge Manager",
        why="Compiling for devices and managing them; not part of Studio itself.",
        actions=sagemaker("*Compilation*", "*Device*", "*Edge*", "GetDeployments", "SendHeartbeat"),
    ),
    Difference(
        feature="Partner AI apps",
        why="An administrator buys and configures them; AWS's policy excludes them too.",
        actions=sagemaker("*PartnerApp*"),
    ),
    Difference(
        feature="Geospatial capabilities",
        why="Not a feature of the settings.",
        actions=("sagemaker-geospatial:*",),
    ),
    Difference(
        feature="RoboMaker simulations",
        why="AWS ended the service.",
        actions=("robomaker:*",),
    ),
    Difference(
        feature="Administration of projects and their products",
        why="An administrator manages templates and portfolios; a project's pipeline has its own"
        " role.",
        actions=(
            "sagemaker:*SagemakerServicecatalogPortfolio",
            "cloudformation:GetTemplateSummary",
            "codebuild:*",
            "servicecatalog:Describe*Action*",
            "servicecatalog:Describe*Admin",
            "servicecatalog:Describe*Portfolio*",
            "servicecatalog:Describe*Plan",
            "servicecatalog:DescribeConstraint",
            "servicecatalog:DescribeCopyProductStatus",
            "servicecatalog:DescribeProvisioningArtifact",
            "servicecatalog:DescribeTagOption",
            "servicecatalog:List*Artifacts",
            "servicecatalog:List*For*",
            "servicecatalog:List*Plans",
            "servicecatalog:List*PortfolioAccess",
            "servicecatalog:List*PortfolioShares",
            "servicecatalog:ListPortfolios",
            "servicecatalog:ListServiceActions",
            "servicecatalog:ListTagOptions",
            "states:*",
        ),
    ),
    Difference(
        feature="Administration of CodeCommit",
        why="An administrator creates repositories and approval rules.",
        actions=(
            "codecommit:CreateRepository",
            "codecommit:List*ApprovalRuleTemplate*",
            "codecommit:ListFileCommitHistory",
            "codecommit:ListPullRequests",
            "codecommit:ListTagsForResource",
        ),
    ),
    Difference(
        feature="Building and pushing images from within Studio",
        why="Images come from this project's folders; a pushed image runs code as other users.",
        actions=(
            "ecr:*LayerUpload",
            "ecr:*Repository",
            "ecr:*RepositoryPolicy",
            "ecr:BatchDeleteImage",
            "ecr:DescribeImageReplicationStatus",
            "ecr:DescribeImageScanFindings",
            "ecr:DescribeImageSigningStatus",
            "ecr:DescribePullThroughCacheRules",
            "ecr:DescribeRegistry",
            "ecr:DescribeReplicationBackfillResults",
            "ecr:DescribeRepositoryCreationTemplates",
            "ecr:PutImage",
            "ecr:StartImageScan",
            "ecr:UploadLayerPart",
        ),
    ),
    Difference(
        feature="Creating VPC endpoints, and choosing networks in the console",
        why="This project manages the network; an endpoint can carry data out of it.",
        actions=(
            "ec2:CreateVpcEndpoint",
            "ec2:DescribeRouteTables",
            "ec2:DescribeVpcEndpoints",
        ),
    ),
    Difference(
        feature="File systems as a source of training data",
        why="SageMaker attaches the domain's file system; the team decides on others.",
        actions=("elasticfilesystem:*", "fsx:DescribeFileSystems"),
    ),
    Difference(
        feature="Git credentials and database passwords in Secrets Manager",
        why="The policy grants all secrets with the tag SageMaker; grant each secret separately.",
        actions=("secretsmanager:*",),
    ),
    Difference(
        feature="Ground Truth's CORS settings, object ACLs, and the list of all buckets",
        why="Users name the bucket that they use; ACLs and CORS grant access to others.",
        actions=(
            "s3:*BucketCors",
            "s3:GetBucketAcl",
            "s3:ListAllMyBuckets",
            "s3:PutObjectAcl",
        ),
    ),
    Difference(
        feature="S3 Express directory buckets for training",
        why="Not a feature of the settings.",
        actions=("s3express:*",),
    ),
    Difference(
        feature="Delivering logs elsewhere, and the account's other logs",
        why="An administrator decides on the delivery of logs and on access to them.",
        actions=(
            "logs:*LogDeliver*",
            "logs:Describe*Policies",
            "logs:DescribeConfigurationTemplates",
            "logs:DescribeDeliver*",
            "logs:DescribeDestinations",
            "logs:DescribeExportTasks",
            "logs:DescribeFieldIndexes",
            "logs:DescribeImport*",
            "logs:DescribeLogGroups",
            "logs:DescribeLookupTables",
            "logs:DescribeMetricFilters",
            "logs:DescribeQuer*",
            "logs:DescribeSubscriptionFilters",
            "logs:PutResourcePolicy",
        ),
    ),
    Difference(
        feature="The console's drop-down lists of roles, keys and tagged resources",
        why="They show the whole account; the documentation names those that users need.",
        actions=("iam:ListRoles", "kms:ListAliases", "tag:GetResources"),
    ),
)
"""Not granted."""
