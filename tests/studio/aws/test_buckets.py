"""S3 buckets."""

import pytest

from studio.aws.buckets import bucket_exists, create_bucket
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_bucket_is_created_in_the_region(entered: Emulator, region: str) -> None:
    create_bucket(Aws(region), "team-data")
    assert entered.client("s3").head_bucket(Bucket="team-data")["BucketRegion"] == region


def test_a_bucket_is_found_in_the_account_of_its_owner(entered: Emulator) -> None:
    aws = Aws("us-east-1")
    assert not bucket_exists(aws, "team-data", owner=ACCOUNT)
    entered.client("s3").create_bucket(Bucket="team-data")
    assert bucket_exists(aws, "team-data", owner=ACCOUNT)
    with pytest.raises(AwsError):
        bucket_exists(aws, "team-data", owner="999999999999")
