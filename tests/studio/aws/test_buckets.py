"""S3 buckets, and the one from which nodes fetch public keys."""

import pytest

from settings import Settings
from studio.aws.buckets import bucket_exists, create_bucket, ensure_key_bucket
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_bucket_is_created_in_the_region(entered: Emulator, region: str) -> None:
    create_bucket(Aws(region), "team-data")
    s3 = entered.client("s3", region=region)
    assert s3.head_bucket(Bucket="team-data")["BucketRegion"] == region


def test_a_bucket_is_found_in_the_account_of_its_owner(entered: Emulator) -> None:
    aws = Aws("us-east-1")
    assert not bucket_exists(aws, "team-data", owner=ACCOUNT)
    entered.client("s3").create_bucket(Bucket="team-data")
    assert bucket_exists(aws, "team-data", owner=ACCOUNT)
    with pytest.raises(AwsError):
        bucket_exists(aws, "team-data", owner="999999999999")


def test_ensure_key_bucket_creates_a_needed_bucket_once(entered: Emulator) -> None:
    said: list[str] = []
    for method, lines in (("native", 0), ("ssh-helper", 1), ("ssh-helper", 1)):
        settings = Settings.model_validate(
            {"region": "eu-west-1", "users": {"alice": {"connect": method}}}
        )
        ensure_key_bucket(Aws(settings.region), settings, said.append)
        assert len(said) == lines
    (bucket,) = entered.client("s3").list_buckets()["Buckets"]
    assert bucket["Name"] == "sagemaker-eu-west-1-123456789012"
