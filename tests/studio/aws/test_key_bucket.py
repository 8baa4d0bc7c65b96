"""The bucket from which nodes fetch public keys."""

from settings import Settings
from studio.aws import key_bucket
from studio.aws.client import Aws
from studio_emulator.server import Emulator


def test_ensure_key_bucket_creates_a_needed_bucket_once(entered: Emulator) -> None:
    said: list[str] = []
    for method in ("native", "native", "ssh-helper", "ssh-helper"):
        settings = Settings.model_validate({"users": {"alice": {"connect": method}}})
        key_bucket.ensure_key_bucket(Aws(settings.region), settings, said.append)
    assert len(said) == 1
    (bucket,) = entered.client("s3").list_buckets()["Buckets"]
    assert bucket["Name"] == "sagemaker-us-east-1-123456789012"


def test_the_bucket_is_in_the_region(entered: Emulator) -> None:
    users = {"region": "eu-west-1", "users": {"alice": {"connect": "ssh-helper"}}}
    key_bucket.ensure_key_bucket(Aws("eu-west-1"), Settings.model_validate(users), lambda _: None)
    found = entered.client("s3").head_bucket(Bucket="sagemaker-eu-west-1-123456789012")
    assert found["BucketRegion"] == "eu-west-1"
