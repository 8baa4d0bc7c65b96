"""Actions of AmazonSageMakerFullAccess that the roles do not grant, or with narrower limits."""

from dataclasses import dataclass

from tools.sample_statements import actions


@dataclass(frozen=True, kw_only=True)
class Difference:
    """feature: the purpose of the actions. why: the reason for the difference, or the limits.

    ``*`` in an action matches actions that the policy grants.
    """

    feature: str
    why: str
    actions: tuple[str, ...]


def changes(*kinds: str) -> tuple[str, ...]:
    """Actions of SageMaker that create, update and delete resources of these kinds."""
    names = (f"{verb}{kind}" for kind in kinds for verb in ("Create", "Update", "Delete"))
    return actions(f"sagemaker:{' '.join(names)}")


NARROWED = (
    Difference(
        feature="Shared spaces",
        why="Only private spaces of the user's profile, and apps in them: a shared space shows"
        " one user's files to another.",
        actions=(*changes("Space"), *actions("sagemaker:CreateApp DeleteApp")),
    ),
    Difference(
        feature="Opening another user's Studio",
        why="Only the user's profile: the URL signs its holder in as that user.",
        actions=actions("sagemaker:CreatePresignedDomainUrl DescribeUserProfile"),
    ),
    Difference(
        feature="Tagging at any time",
        why="Only when a resource is created: tags name its owner.",
        actions=actions("sagemaker:AddTags"),
    ),
    Difference(
        feature="Jobs and models without a VPC",
        why="A job must name subnets and security groups: without them, it has internet access.",
        actions=actions(
            "sagemaker:CreateTrainingJob CreateHyperParameterTuningJob CreateProcessingJob "
            "CreateModel"
        ),
    ),
    Difference(
        feature="Jobs that run with another role; Glue, RoboMaker and Step Functions",
        why="A role passes only itself: another one could have more permissions.",
        actions=actions("iam:PassRole"),
    ),
    Difference(
        feature="Any bucket with sagemaker or aws-glue in its name; JumpStart's data; samples",
        why="The buckets of role.buckets, and the SDK's default bucket with the feature jobs.",
        actions=actions(
            "s3:AbortMultipartUpload CreateBucket DeleteObject GetBucketLocation GetObject "
            "ListBucket PutObject"
        ),
    ),
    Difference(
        feature="Any image repository of the account",
        why="The deployment's repositories and, with the feature jobs, those of AWS.",
        actions=actions(
            "ecr:BatchCheckLayerAvailability BatchGetImage DescribeImages DescribeRepositories "
            "GetDownloadUrlForLayer"
        ),
    ),
    Difference(
        feature="Any log group; metrics of any name",
        why="Log groups below /aws/sagemaker, where SageMaker writes; only administrators read the"
        " logs of apps.",
        actions=actions(
            "cloudwatch:PutMetricData logs:CreateLogGroup logs:CreateLogStream "
            "logs:DescribeLogStreams logs:GetLogEvents logs:PutLogEvents"
        ),
    ),
    Difference(
        feature="Any CodeCommit repository with sagemaker in its name",
        why="Repositories whose names start with the deployment's name or sagemaker-.",
        actions=actions(
            "codecommit:BatchGetRepositories GetRepository GitPull GitPush ListBranches"
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
            *actions(
                "sagemaker:CreateStudioLifecycleConfig DeleteStudioLifecycleConfig ListAliases"
            ),
        ),
    ),
    Difference(
        feature="Changing tags",
        why="A tag names the owner of a space; see the narrower limits above.",
        actions=actions("sagemaker:DeleteTags"),
    ),
    Difference(
        feature="Removing finished jobs, changing running ones",
        why="Jobs are an audit record; an update can open a running job to a debugger.",
        actions=actions(
            "sagemaker:DeleteHyperParameterTuningJob DeleteProcessingJob DeleteTrainingJob "
            "UpdateTrainingJob"
        ),
    ),
    Difference(
        feature="Notebook instances and their Git repositories",
        why="Studio's predecessor; an instance has its own internet access.",
        actions=actions("sagemaker:*NotebookInstance* *CodeRepositor*"),
    ),
    Difference(
        feature="HyperPod clusters",
        why="Clusters are billed by the hour and administered outside Studio.",
        actions=actions("sagemaker:*Cluster* *ComputeQuota*"),
    ),
    Difference(
        feature="Training plans and reserved capacity",
        why="Buying capacity in advance is an administrator's decision.",
        actions=actions("sagemaker:*TrainingPlan* *ReservedCapacity*"),
    ),
    Difference(
        feature="Serverless model customization (jobs and training sessions)",
        why="Not a feature of the settings yet.",
        actions=actions(
            "sagemaker:*JobSchemaVersion* *TrainingOperation* *TrainingSession* "
            "*SamplingOperation* CompleteRollout CreateJob DeleteJob DescribeJob ListJobs Sample "
            "SampleWithResponseStream StopJob UpdateReward"
        ),
    ),
    Difference(
        feature="Autopilot",
        why="Not a feature of the settings; it trains and deploys by itself.",
        actions=actions("sagemaker:*AutoML*"),
    ),
    Difference(
        feature="Experiments and lineage",
        why="Not a feature of the settings; jobs do not need them.",
        actions=(
            *changes("Experiment"),
            *actions(
                "sagemaker:*Action *Artifact* *Association* *Context* *Lineage* *Trial* "
                "Batch*Metrics DescribeExperiment ListActions ListExperiments"
            ),
        ),
    ),
    Difference(
        feature="MLflow servers",
        why="Not a feature of the settings; a server is billed by the hour.",
        actions=actions("sagemaker:*Mlflow*"),
    ),
    Difference(
        feature="Pipelines",
        why="Not a feature of the settings; a pipeline has its own role.",
        actions=actions("sagemaker:*Pipeline*"),
    ),
    Difference(
        feature="Model registry and model cards",
        why="Not a feature of the settings; a notebook that registers a model approves its own.",
        actions=actions("sagemaker:*ModelPackage* *ModelCard* ListModelMetadata"),
    ),
    Difference(
        feature="Deploying endpoints, and tuning how they are served",
        why="Deployment belongs to a delivery pipeline's role; inference calls what is deployed.",
        actions=(
            *changes("Endpoint"),
            *actions(
                "sagemaker:*AIBenchmarkJob* *AIRecommendationJob* *AIWorkloadConfig* "
                "*EndpointPolicy *InferenceComponent* *InferenceExperiment* "
                "*InferenceRecommendationsJob* *InferenceRouter* *OptimizationJob* "
                "CreateEndpointConfig DeleteEndpointConfig GetScalingConfigurationRecommendation "
                "UpdateEndpointWeightsAndCapacities application-autoscaling:* "
                "cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms cloudwatch:PutMetricAlarm "
                "elastic-inference:Connect iam:CreateServiceLinkedRole"
            ),
        ),
    ),
    Difference(
        feature="Model Monitor and Clarify",
        why="They monitor deployed endpoints, which users do not deploy.",
        actions=actions("sagemaker:*Monitoring* *JobDefinition*"),
    ),
    Difference(
        feature="Ground Truth and Augmented AI (labeling)",
        why="Not a feature of the settings; it creates user pools and sends data to others.",
        actions=actions(
            "sagemaker:*FlowDefinition* *HumanLoop* *HumanTaskUi* *LabelingJob* *Workforce* "
            "*Workteam ListSubscribedWorkteams ListWorkteams RenderUiTemplate cognito-idp:* "
            "groundtruthlabeling:* lambda:* sns:*"
        ),
    ),
    Difference(
        feature="Feature Store",
        why="Not a feature of the settings.",
        actions=actions(
            "sagemaker:*FeatureGroup* *FeatureMetadata *Record ListRecords ListResourceCatalogs"
        ),
    ),
    Difference(
        feature="Data Wrangler, Canvas and SQL from notebooks (Athena, Glue, Redshift)",
        why="The team's own policies (groups.NAME.policies) can grant each data source.",
        actions=actions("athena:* glue:* redshift-data:* redshift:*"),
    ),
    Difference(
        feature="JumpStart hubs",
        why="Not a feature of the settings; models come from buckets that are not named here.",
        actions=actions("sagemaker:*Hub*"),
    ),
    Difference(
        feature="Algorithms of AWS Marketplace",
        why="A subscription costs money and is an administrator's decision.",
        actions=actions("sagemaker:*Algorithm* aws-marketplace:ViewSubscriptions"),
    ),
    Difference(
        feature="Neo and Edge Manager",
        why="Compiling for devices and managing them; not part of Studio itself.",
        actions=actions("sagemaker:*Compilation* *Device* *Edge* GetDeployments SendHeartbeat"),
    ),
    Difference(
        feature="Partner AI apps",
        why="An administrator buys and configures them; AWS's policy excludes them too.",
        actions=actions("sagemaker:*PartnerApp*"),
    ),
    Difference(
        feature="Geospatial capabilities",
        why="Not a feature of the settings.",
        actions=actions("sagemaker-geospatial:*"),
    ),
    Difference(
        feature="RoboMaker simulations",
        why="AWS ended the service.",
        actions=actions("robomaker:*"),
    ),
    Difference(
        feature="Administration of projects and their products",
        why="An administrator manages templates and portfolios; a project's pipeline has its own"
        " role.",
        actions=actions(
            "servicecatalog:Describe*Action* Describe*Admin Describe*Portfolio* Describe*Plan "
            "DescribeConstraint DescribeCopyProductStatus DescribeProvisioningArtifact "
            "DescribeTagOption List*Artifacts List*For* List*Plans List*PortfolioAccess "
            "List*PortfolioShares ListPortfolios ListServiceActions ListTagOptions "
            "sagemaker:*SagemakerServicecatalogPortfolio cloudformation:GetTemplateSummary "
            "codebuild:* states:*"
        ),
    ),
    Difference(
        feature="Administration of CodeCommit",
        why="An administrator creates repositories and approval rules.",
        actions=actions(
            "codecommit:CreateRepository List*ApprovalRuleTemplate* ListFileCommitHistory "
            "ListPullRequests ListTagsForResource"
        ),
    ),
    Difference(
        feature="Building and pushing images from within Studio",
        why="Images come from this project's folders; a pushed image runs code as other users.",
        actions=actions(
            "ecr:*LayerUpload *Repository *RepositoryPolicy BatchDeleteImage "
            "DescribeImageReplicationStatus DescribeImageScanFindings DescribeImageSigningStatus "
            "DescribePullThroughCacheRules DescribeRegistry DescribeReplicationBackfillResults "
            "DescribeRepositoryCreationTemplates PutImage StartImageScan UploadLayerPart"
        ),
    ),
    Difference(
        feature="Creating VPC endpoints, and choosing networks in the console",
        why="This project manages the network; an endpoint can carry data out of it.",
        actions=actions("ec2:CreateVpcEndpoint DescribeRouteTables DescribeVpcEndpoints"),
    ),
    Difference(
        feature="File systems as a source of training data",
        why="SageMaker attaches the domain's file system; the team decides on others.",
        actions=actions("elasticfilesystem:* fsx:DescribeFileSystems"),
    ),
    Difference(
        feature="Git credentials and database passwords in Secrets Manager",
        why="The policy grants all secrets with the tag SageMaker; grant each secret separately.",
        actions=actions("secretsmanager:*"),
    ),
    Difference(
        feature="Ground Truth's CORS settings, object ACLs, and the list of all buckets",
        why="Users name the bucket that they use; ACLs and CORS grant access to others.",
        actions=actions("s3:*BucketCors GetBucketAcl ListAllMyBuckets PutObjectAcl"),
    ),
    Difference(
        feature="S3 Express directory buckets for training",
        why="Not a feature of the settings.",
        actions=actions("s3express:*"),
    ),
    Difference(
        feature="Delivering logs elsewhere, and the account's other logs",
        why="An administrator decides on the delivery of logs and on access to them.",
        actions=actions(
            "logs:*LogDeliver* Describe*Policies DescribeConfigurationTemplates DescribeDeliver* "
            "DescribeDestinations DescribeExportTasks DescribeFieldIndexes DescribeImport* "
            "DescribeLogGroups DescribeLookupTables DescribeMetricFilters DescribeQuer* "
            "DescribeSubscriptionFilters PutResourcePolicy"
        ),
    ),
    Difference(
        feature="The console's drop-down lists of roles, keys and tagged resources",
        why="They show the whole account; the documentation names those that users need.",
        actions=actions("iam:ListRoles kms:ListAliases tag:GetResources"),
    ),
)
"""Not granted."""
