"""SageMaker's default S3 bucket, from which nodes fetch public SSH keys.

SageMaker's tools create it on first use, and all deployments in the region share it. So it is in no
Terraform state, and `studio down` keeps it.
"""

from __future__ import annotations

from settings import ConnectMethod, Feature, Settings
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report


def name(*, region: str, account: str) -> str:
    """The name of SageMaker's default bucket."""
    return f"sagemaker-{region}-{account}"


def needed(settings: Settings) -> bool:
    """Whether a user connects through ssh-helper."""
    methods = {settings.connect(user) for user in settings.users}
    return Feature.CONNECT in settings.features and ConnectMethod.SSH_HELPER in methods


def bucket_exists(aws: Aws, bucket: str, *, owner: str) -> bool:
    """Whether the account ``owner`` has the bucket. Raises AwsError."""
    with ignoring("404", "NoSuchBucket"):
        aws.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
        return True
    return False


def ensure_key_bucket(aws: Aws, settings: Settings, report: Report) -> None:
    """Create the bucket if a user needs it and it does not exist. Raises AwsError.

    S3 encrypts new buckets and blocks public access to them
    (AmazonS3/latest/userguide/create-bucket-faq.html).
    """
    if not needed(settings):
        return
    owner = aws.account()
    bucket = name(region=aws.region, account=owner)
    if bucket_exists(aws, bucket, owner=owner):
        return
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    aws.client("s3").create_bucket(
        Bucket=bucket, **({} if aws.region == "us-east-1" else elsewhere)
    )
    report(f"created the bucket {bucket} for SSH keys; `studio down` keeps it")
