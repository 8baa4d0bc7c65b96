"""The actions of AmazonSageMakerFullAccess that this project's roles do not grant, and why.

An action may end in or contain ``*``, which stands for what the policy's own wildcards grant.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """feature: what the actions are for. why: the reason that no role grants them."""

    feature: str
    why: str
    actions: tuple[str, ...]


def _sagemaker(*names: str) -> tuple[str, ...]:
    return tuple(f"sagemaker:{name}" for name in names)


LEFT_OUT = (
    LeftOut(
        feature="Administration of domains and user profiles",
        why="AWS's own policy excludes these resources too; who may update a domain can switch its"
        " source identity off.",
        actions=_sagemaker(
            "CreateDomain",
            "CreateUserProfile",
            "DeleteDomain",
            "DeleteUserProfile",
            "UpdateDomain",
            "UpdateUserProfile",
        ),
    ),
    LeftOut(
        feature="Administration of images and lifecycle configurations",
        why="This project's Terraform makes them: an image or a start script runs with the rights"
        " of whoever starts it.",
        actions=_sagemaker(
            "CreateAppImageConfig",
            "CreateImage",
            "CreateImageVersion",
            "CreateStudioLifecycleConfig",
            "DeleteAppImageConfig",
            "DeleteImage",
            "DeleteImageVersion",
            "DeleteStudioLifecycleConfig",
            "ListAliases",
            "UpdateAppImageConfig",
            "UpdateImage",
            "UpdateImageVersion",
        ),
    ),
    LeftOut(
        feature="Changing tags",
        why="A tag says who owns a space; see also what is narrowed.",
        actions=_sagemaker("DeleteTags"),
    ),
    LeftOut(
        feature="Removing finished jobs, changing running ones",
        why="Jobs are the record of what was run; an update can open a running job to a debugger.",
        actions=_sagemaker(
            "DeleteHyperParameterTuningJob",
            "DeleteProcessingJob",
            "DeleteTrainingJob",
            "UpdateTrainingJob",
        ),
    ),
    LeftOut(
        feature="Notebook instances and their Git repositories",
        why="Studio's predecessor; an instance has its own way to the internet.",
        actions=_sagemaker("*NotebookInstance*", "*CodeRepositor*"),
    ),
    LeftOut(
        feature="HyperPod clusters",
        why="Clusters that cost by the hour are an administrator's; not part of Studio itself.",
        actions=_sagemaker("*Cluster*", "*ComputeQuota*"),
    ),
    LeftOut(
        feature="Training plans and reserved capacity",
        why="Buying capacity in advance is an administrator's decision.",
        actions=_sagemaker("*TrainingPlan*", "*ReservedCapacity*"),
    ),
    LeftOut(
        feature="Serverless model customization (jobs and training sessions)",
        why="Not a feature of the settings yet.",
        actions=_sagemaker(
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
    LeftOut(
        feature="Autopilot",
        why="Not a feature of the settings; it trains and deploys by itself.",
        actions=_sagemaker("*AutoML*"),
    ),
    LeftOut(
        feature="Experiments and lineage",
        why="Not a feature of the settings; jobs run without.",
        actions=_sagemaker(
            "*Action",
            "*Artifact*",
            "*Association*",
            "*Context*",
            "*Lineage*",
            "*Trial*",
            "BatchGetMetrics",
            "BatchPutMetrics",
            "CreateExperiment",
            "DeleteExperiment",
            "DescribeExperiment",
            "ListActions",
            "ListExperiments",
            "UpdateExperiment",
        ),
    ),
    LeftOut(
        feature="MLflow servers",
        why="Not a feature of the settings; a server costs by the hour.",
        actions=_sagemaker("*Mlflow*"),
    ),
    LeftOut(
        feature="Pipelines",
        why="Not a feature of the settings; a pipeline runs with a role of its own.",
        actions=_sagemaker("*Pipeline*"),
    ),
    LeftOut(
        feature="Model registry and model cards",
        why="Not a feature of the settings; a notebook that registers a model approves its own.",
        actions=_sagemaker("*ModelPackage*", "*ModelCard*", "ListModelMetadata"),
    ),
    LeftOut(
        feature="Deploying endpoints, and tuning how they are served",
        why="Deployment belongs to a delivery pipeline's role; inference calls what is deployed.",
        actions=(
            *_sagemaker(
                "*AIBenchmarkJob*",
                "*AIRecommendationJob*",
                "*AIWorkloadConfig*",
                "*EndpointPolicy",
                "*InferenceComponent*",
                "*InferenceExperiment*",
                "*InferenceRecommendationsJob*",
                "*InferenceRouter*",
                "*OptimizationJob*",
                "CreateEndpoint",
                "CreateEndpointConfig",
                "DeleteEndpoint",
                "DeleteEndpointConfig",
                "GetScalingConfigurationRecommendation",
                "UpdateEndpoint",
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
    LeftOut(
        feature="Model Monitor and Clarify",
        why="They watch deployed endpoints, see there.",
        actions=_sagemaker("*Monitoring*", "*JobDefinition*"),
    ),
    LeftOut(
        feature="Ground Truth and Augmented AI (people who label)",
        why="Not a feature of the settings; it makes user pools and sends data to outside workers.",
        actions=(
            *_sagemaker(
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
    LeftOut(
        feature="Feature Store",
        why="Not a feature of the settings.",
        actions=_sagemaker(
            "*FeatureGroup*", "*FeatureMetadata", "*Record", "ListRecords", "ListResourceCatalogs"
        ),
    ),
    LeftOut(
        feature="Data Wrangler, Canvas and SQL from notebooks (Athena, Glue, Redshift)",
        why="Data that the team's own policies should open, source by source.",
        actions=("athena:*", "glue:*", "redshift-data:*", "redshift:*"),
    ),
    LeftOut(
        feature="JumpStart hubs",
        why="Not a feature of the settings; models come from buckets that are not named here.",
        actions=_sagemaker("*Hub*"),
    ),
    LeftOut(
        feature="Algorithms of AWS Marketplace",
        why="A subscription costs money and is an administrator's decision.",
        actions=(*_sagemaker("*Algorithm*"), "aws-marketplace:ViewSubscriptions"),
    ),
    LeftOut(
        feature="Neo and Edge Manager",
        why="Compiling for devices and managing them; not part of Studio itself.",
        actions=_sagemaker(
            "*Compilation*", "*Device*", "*Edge*", "GetDeployments", "SendHeartbeat"
        ),
    ),
    LeftOut(
        feature="Partner AI apps",
        why="Bought apps that an administrator sets up; AWS's policy excludes them too.",
        actions=_sagemaker("*PartnerApp*"),
    ),
    LeftOut(
        feature="Geospatial capabilities",
        why="Not a feature of the settings.",
        actions=("sagemaker-geospatial:*",),
    ),
    LeftOut(
        feature="RoboMaker simulations",
        why="AWS ended the service.",
        actions=("robomaker:*",),
    ),
    LeftOut(
        feature="Administration of projects and of what they launch",
        why="Templates, portfolios and sharing are an administrator's; a project's pipeline builds"
        " with a role of its own.",
        actions=(
            *_sagemaker(
                "DisableSagemakerServicecatalogPortfolio",
                "EnableSagemakerServicecatalogPortfolio",
            ),
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
            "servicecatalog:List*Artifact",
            "servicecatalog:List*Artifacts",
            "servicecatalog:List*For*Resource",
            "servicecatalog:List*ForPortfolio",
            "servicecatalog:List*ForProduct",
            "servicecatalog:List*ForProvisionedProduct",
            "servicecatalog:List*ForServiceAction",
            "servicecatalog:List*ForTagOption",
            "servicecatalog:List*Plans",
            "servicecatalog:List*Portfolio*s",
            "servicecatalog:List*PortfolioAccess",
            "servicecatalog:ListServiceActions",
            "servicecatalog:ListTagOptions",
            "states:*",
        ),
    ),
    LeftOut(
        feature="Administration of CodeCommit",
        why="Making repositories and approval rules is an administrator's.",
        actions=(
            "codecommit:CreateRepository",
            "codecommit:List*ApprovalRuleTemplate*",
            "codecommit:ListFileCommitHistory",
            "codecommit:ListPullRequests",
            "codecommit:ListTagsForResource",
        ),
    ),
    LeftOut(
        feature="Building and pushing images from within Studio",
        why="Images come from this project's folders; who can push one can run code as others.",
        actions=(
            "ecr:*LayerUpload",
            "ecr:*RepositoryPolicy",
            "ecr:BatchDeleteImage",
            "ecr:CreateRepository",
            "ecr:DeleteRepository",
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
    LeftOut(
        feature="Making VPC endpoints, and choosing networks in the console",
        why="The network is this project's; an endpoint is a way out of it.",
        actions=(
            "ec2:CreateVpcEndpoint",
            "ec2:DescribeRouteTables",
            "ec2:DescribeVpcEndpoints",
        ),
    ),
    LeftOut(
        feature="File systems as a source of training data",
        why="The domain's own file system is attached by SageMaker; others are a team's decision.",
        actions=("elasticfilesystem:*", "fsx:DescribeFileSystems"),
    ),
    LeftOut(
        feature="Git credentials and database passwords in Secrets Manager",
        why="Secrets are opened one by one; the policy opens all that are tagged SageMaker.",
        actions=("secretsmanager:*",),
    ),
    LeftOut(
        feature="Ground Truth's CORS settings, object ACLs, and the list of all buckets",
        why="People name the bucket that they use; ACLs and CORS open buckets to others.",
        actions=(
            "s3:GetBucketAcl",
            "s3:GetBucketCors",
            "s3:ListAllMyBuckets",
            "s3:PutBucketCors",
            "s3:PutObjectAcl",
        ),
    ),
    LeftOut(
        feature="S3 Express directory buckets for training",
        why="Not a feature of the settings.",
        actions=("s3express:*",),
    ),
    LeftOut(
        feature="Delivering logs elsewhere, and the account's other logs",
        why="Where logs go, and who may read which, is an administrator's.",
        actions=(
            "logs:*LogDeliver*",
            "logs:DescribeAccountPolicies",
            "logs:DescribeConfigurationTemplates",
            "logs:DescribeDeliver*",
            "logs:DescribeDestinations",
            "logs:DescribeExportTasks",
            "logs:DescribeFieldIndexes",
            "logs:DescribeImport*",
            "logs:DescribeIndexPolicies",
            "logs:DescribeLogGroups",
            "logs:DescribeLookupTables",
            "logs:DescribeMetricFilters",
            "logs:DescribeQuer*",
            "logs:DescribeResourcePolicies",
            "logs:DescribeSubscriptionFilters",
            "logs:PutResourcePolicy",
        ),
    ),
    LeftOut(
        feature="The console's drop-down lists of roles, keys and tagged resources",
        why="They show the whole account; the documentation names the few that users need.",
        actions=("iam:ListRoles", "kms:ListAliases", "tag:GetResources"),
    ),
)
