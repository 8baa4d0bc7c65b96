"""The statements of a role for jobs and calls of endpoints; the deny of public SSH keys to apps.

A job runs with the user's role, see ``studio_permissions.pass_role``.
"""

from catalog.permissions.iam import Account, Statement
from catalog.permissions.ssh_permissions import KEYS_FOLDER
from catalog.permissions.studio_permissions import PULL, USE_OBJECTS, WHILE_CREATING

_JOBS = ("hyper-parameter-tuning-job/*", "processing-job/*", "training-job/*", "transform-job/*")
_JOB_LOGS = ("ProcessingJobs", "TrainingJobs", "TransformJobs")


def jobs(account: Account) -> tuple[Statement, ...]:
    """Training, tuning, processing and transform jobs, in the VPC only."""
    bucket = account.bucket_arn(account.sagemaker_bucket)
    in_this_account = {"StringEquals": {"aws:ResourceAccount": account.id}}
    return (
        Statement(
            sid="StartJobsInVpc",
            why="Jobs and models must name subnets; without them, SageMaker would give them"
            " internet access.",
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
            why="A transform job runs in its model's VPC; users monitor and stop all jobs.",
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
            why="The tables of jobs in Studio; these calls have no resource in IAM.",
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
            why="AWS's deep learning and built-in images are in accounts of AWS, one for each"
            " region; the statement excludes this account's other images.",
            actions=PULL,
            resources=(f"arn:{account.partition}:ecr:{account.region}:*:repository/*",),
            conditions={"StringNotEquals": {"aws:ResourceAccount": account.id}},
        ),
        _read_logs(account, *_JOB_LOGS),
        Statement(
            sid="WriteMetrics",
            why="The metrics of a running job.",
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
            actions=USE_OBJECTS,
            resources=(f"{bucket}/*",),
            conditions=in_this_account,
        ),
        Statement(
            sid="KeepSshKeysToTheirOwners",
            effect="Deny",
            why="The same bucket holds the public SSH keys; only a user's own identity writes"
            " them, never code that runs in Studio.",
            actions=("s3:DeleteObject", "s3:PutObject"),
            resources=(f"{bucket}/{KEYS_FOLDER}/*",),
        ),
    )


def inference(account: Account) -> tuple[Statement, ...]:
    """Calls of the endpoints of this account, without their deployment."""
    return (
        Statement(
            sid="CallEndpoints",
            why="Notebooks call the models of this account.",
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
            why="The table of endpoints in Studio; these calls have no resource in IAM.",
            actions=("sagemaker:ListEndpointConfigs", "sagemaker:ListEndpoints"),
            resources=("*",),
        ),
        _read_logs(account, "Endpoints"),
        _read_metrics(),
    )


def _read_logs(account: Account, *groups: str) -> Statement:
    return Statement(
        sid="ReadLogs",
        why="Studio and the SDK show the logs of jobs and endpoints, but not of apps.",
        actions=("logs:GetLogEvents",),
        resources=account.arns("logs", *(f"log-group:/aws/sagemaker/{name}*" for name in groups)),
    )


def _read_metrics() -> Statement:
    return Statement(
        sid="ReadMetrics",
        why="The charts in Studio; these calls have no resource in IAM.",
        actions=(
            "cloudwatch:GetMetricData",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:ListMetrics",
        ),
        resources=("*",),
    )
