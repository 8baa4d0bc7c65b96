"""What running jobs and calling endpoints adds to an execution role, whoever the user is.

The role that a job runs with is the user's own, see ``studio_permissions.pass_role``.
"""

from catalog.permissions.iam import Account, Statement
from catalog.permissions.ssh_permissions import KEYS_FOLDER
from catalog.permissions.studio_permissions import PULL, WHILE_CREATING

_JOBS = ("hyper-parameter-tuning-job/*", "processing-job/*", "training-job/*", "transform-job/*")
_JOB_LOGS = ("ProcessingJobs", "TrainingJobs", "TransformJobs")


def jobs(account: Account) -> tuple[Statement, ...]:
    """Training, tuning, processing and transform jobs, in the VPC only."""
    bucket = account.bucket_arn(account.sagemaker_bucket)
    in_this_account = {"StringEquals": {"aws:ResourceAccount": account.id}}
    return (
        Statement(
            sid="StartJobsInVpc",
            why="Jobs and models run in subnets that the caller names; without, SageMaker would"
            " give them the internet.",
            actions=(
                "sagemaker:CreateHyperParameterTuningJob",
                "sagemaker:CreateModel",
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateTrainingJob",
            ),
            resources=account.arns("sagemaker", "model/*", *_JOBS),
            conditions={
                "Null": {
                    "sagemaker:VpcSecurityGroupIds": "false",
                    "sagemaker:VpcSubnets": "false",
                }
            },
        ),
        Statement(
            sid="FollowJobs",
            why="A transform job runs where its model does; all jobs are watched and stopped.",
            actions=(
                "sagemaker:CreateTransformJob",
                "sagemaker:DeleteModel",
                "sagemaker:DescribeHyperParameterTuningJob",
                "sagemaker:DescribeModel",
                "sagemaker:DescribeProcessingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:DescribeTransformJob",
                "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
                "sagemaker:StopHyperParameterTuningJob",
                "sagemaker:StopProcessingJob",
                "sagemaker:StopTrainingJob",
                "sagemaker:StopTransformJob",
            ),
            resources=account.arns("sagemaker", "model/*", *_JOBS),
        ),
        Statement(
            sid="TagJobs",
            why="Studio and the SDK tag each job and model as they create it.",
            actions=("sagemaker:AddTags",),
            resources=account.arns("sagemaker", "model/*", *_JOBS),
            conditions=WHILE_CREATING,
        ),
        Statement(
            sid="ListJobs",
            why="The tables of jobs in Studio; IAM knows no resource for these calls.",
            actions=(
                "sagemaker:GetSearchSuggestions",
                "sagemaker:ListHyperParameterTuningJobs",
                "sagemaker:ListModels",
                "sagemaker:ListProcessingJobs",
                "sagemaker:ListTrainingJobs",
                "sagemaker:ListTransformJobs",
                "sagemaker:Search",
            ),
            resources=("*",),
        ),
        Statement(
            sid="PullAwsImages",
            why="AWS keeps the deep learning and built-in images in accounts of its own, another"
            " one in each region; other images of this account stay closed.",
            actions=PULL,
            resources=(f"arn:{account.partition}:ecr:{account.region}:*:repository/*",),
            conditions={"StringNotEquals": {"aws:ResourceAccount": account.id}},
        ),
        _read_logs(account, *_JOB_LOGS),
        Statement(
            sid="WriteMetrics",
            why="What a job reports while it runs.",
            actions=("cloudwatch:PutMetricData",),
            resources=("*",),
            conditions={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
        ),
        _read_metrics(),
        Statement(
            sid="UseSageMakerBucket",
            why="The SDK's default bucket, which it creates on first use.",
            actions=("s3:CreateBucket", "s3:GetBucketLocation", "s3:ListBucket"),
            resources=(bucket,),
            conditions=in_this_account,
        ),
        Statement(
            sid="UseSageMakerBucketObjects",
            why="Code, data and models of jobs.",
            actions=(
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:PutObject",
            ),
            resources=(f"{bucket}/*",),
            conditions=in_this_account,
        ),
        Statement(
            sid="KeepSshKeysToTheirOwners",
            effect="Deny",
            why="The same bucket holds people's public SSH keys; only people's own identities put"
            " them there, never code that runs in Studio.",
            actions=("s3:DeleteObject", "s3:PutObject"),
            resources=(f"{bucket}/{KEYS_FOLDER}/*",),
        ),
    )


def inference(account: Account) -> tuple[Statement, ...]:
    """Calling the endpoints of this account, not deploying them."""
    return (
        Statement(
            sid="CallEndpoints",
            why="Notebooks ask the models that this account serves.",
            actions=(
                "sagemaker:DescribeEndpoint",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:InvokeEndpoint",
                "sagemaker:InvokeEndpointAsync",
                "sagemaker:InvokeEndpointWithResponseStream",
            ),
            resources=account.arns(
                "sagemaker", "endpoint/*", "endpoint-config/*", "inference-component/*"
            ),
        ),
        Statement(
            sid="ListEndpoints",
            why="The table of endpoints in Studio; IAM knows no resource for these calls.",
            actions=("sagemaker:ListEndpointConfigs", "sagemaker:ListEndpoints"),
            resources=("*",),
        ),
        _read_logs(account, "Endpoints"),
        _read_metrics(),
    )


def _read_logs(account: Account, *groups: str) -> Statement:
    return Statement(
        sid="ReadLogs",
        why="Studio and the SDK show what jobs and endpoints print; apps' logs stay closed.",
        actions=("logs:GetLogEvents",),
        resources=account.arns("logs", *(f"log-group:/aws/sagemaker/{name}*" for name in groups)),
    )


def _read_metrics() -> Statement:
    return Statement(
        sid="ReadMetrics",
        why="The charts in Studio; IAM knows no resource for these calls.",
        actions=(
            "cloudwatch:GetMetricData",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:ListMetrics",
        ),
        resources=("*",),
    )
