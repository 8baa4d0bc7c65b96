"""The bucket in which nodes look for people's public SSH keys: SageMaker's own of the account.

SageMaker's tools make it on their first use, and every deployment in the region shares it; so it is
in nobody's Terraform state, and stays when a deployment goes.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from settings import ConnectMethod, Feature, Settings
from studio.aws import session as account
from studio.aws.client import code
from studio.aws.waiting import Report


def name(*, region: str, account: str) -> str:
    """The bucket that SageMaker's tools take for their own."""
    return f"sagemaker-{region}-{account}"


def needed(settings: Settings) -> bool:
    """Whether somebody connects through ssh-helper."""
    ways = {settings.connect(user) for user in settings.users}
    return Feature.CONNECT in settings.features and ConnectMethod.SSH_HELPER in ways


def exists(s3: Any, bucket: str, *, owner: str) -> bool:
    """Whether there is such a bucket of the account ``owner``. Raises ClientError."""
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
    except ClientError as error:
        if code(error) not in ("404", "NoSuchBucket"):
            raise
        return False
    return True


def ensure(settings: Settings, report: Report) -> None:
    """Make the bucket where it is needed and missing. Raises UserError.

    S3 encrypts new buckets and lets nothing in them become public
    (AmazonS3/latest/userguide/create-bucket-faq.html).
    """
    if not needed(settings):
        return
    region = settings.region
    with account.one_line("s3"):
        s3 = account.client("s3", region)
        owner = account.client("sts", region).get_caller_identity()["Account"]
        bucket = name(region=region, account=owner)
        if exists(s3, bucket, owner=owner):
            return
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **({} if region == "us-east-1" else elsewhere))
    report(f"made the bucket {bucket}, where nodes look for keys; it stays after `studio down`")
