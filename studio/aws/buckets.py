"""Finds and creates S3 buckets."""

from studio.aws.client import Aws
from studio.aws.errors import ignoring


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
