"""The bucket in which nodes look for people's public SSH keys: SageMaker's own of the account.

SageMaker's tools make it on their first use, and every deployment in the region shares it; so it is
in nobody's Terraform state, and stays when a deployment goes.
"""

from __future__ import annotations

from settings import ConnectMethod, Feature, Settings
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report


def name(*, region: str, account: str) -> str:
    """The bucket that SageMaker's tools take for their own."""
    return f"sagemaker-{region}-{account}"


def needed(settings: Settings) -> bool:
    """Whether somebody connects through ssh-helper."""
    ways = {settings.connect(user) for user in settings.users}
    return Feature.CONNECT in settings.features and ConnectMethod.SSH_HELPER in ways


def bucket_exists(aws: Aws, bucket: str, *, owner: str) -> bool:
    """Whether there is such a bucket of the account ``owner``. Raises AwsError."""
    with ignoring("404", "NoSuchBucket"):
        aws.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
        return True
    return False


def ensure_key_bucket(aws: Aws, settings: Settings, report: Report) -> None:
    """Make the bucket where it is needed and missing. Raises AwsError.

    S3 encrypts new buckets and lets nothing in them become public
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
    report(f"made the bucket {bucket}, where nodes look for keys; it stays after `studio down`")
