"""SageMaker's default S3 bucket, from which nodes fetch public SSH keys.

SageMaker's tools create it on first use, and all deployments in the region share it. So it is in no
Terraform state, and `studio down` keeps it.
"""

from catalog.permissions.iam import sagemaker_bucket
from settings import ConnectMethod, Feature, Settings
from studio.aws.buckets import bucket_exists, create_bucket
from studio.aws.client import Aws
from studio.console.reports import Report


def needed(settings: Settings) -> bool:
    """Whether a user connects through ssh-helper."""
    methods = {settings.connect(user) for user in settings.users}
    return Feature.CONNECT in settings.features and ConnectMethod.SSH_HELPER in methods


def ensure_key_bucket(aws: Aws, settings: Settings, report: Report) -> None:
    """Create the bucket if a user needs it and it does not exist. Raises AwsError."""
    if not needed(settings):
        return
    owner = aws.account()
    bucket = sagemaker_bucket(aws.region, owner)
    if bucket_exists(aws, bucket, owner=owner):
        return
    create_bucket(aws, bucket)
    report(f"created the bucket {bucket} for SSH keys; `studio down` keeps it")
