"""S3 buckets, and SageMaker's default one, from which nodes fetch public SSH keys.

SageMaker's tools create that bucket on first use, and all deployments in the region share it. So it
is in no Terraform state, and `studio down` keeps it.
"""

from catalog.permissions.iam import sagemaker_bucket
from settings import ConnectMethod, Settings
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report


def bucket_exists(aws: Aws, bucket: str, *, owner: str) -> bool:
    """Whether the account ``owner`` has the bucket. Raises AwsError."""
    with ignoring("404", "NoSuchBucket"):
        aws.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=owner)
        return True
    return False


def create_bucket(aws: Aws, bucket: str) -> None:
    """Create the bucket in the region of ``aws``. Raises AwsError.

    S3 encrypts new buckets and blocks public access to them
    (AmazonS3/latest/userguide/create-bucket-faq.html).
    """
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    aws.client("s3").create_bucket(
        Bucket=bucket, **({} if aws.region == "us-east-1" else elsewhere)
    )


def ensure_key_bucket(aws: Aws, settings: Settings, report: Report) -> None:
    """Create it if a user connects through ssh-helper and it does not exist. Raises AwsError."""
    if ConnectMethod.SSH_HELPER not in settings.connect_methods():
        return
    owner = aws.account()
    bucket = sagemaker_bucket(aws.region, owner)
    if bucket_exists(aws, bucket, owner=owner):
        return
    create_bucket(aws, bucket)
    report(f"created the bucket {bucket} for SSH keys; `studio down` keeps it")
