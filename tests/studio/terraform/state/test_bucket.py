"""States in a bucket: below their prefix, encrypted, and with locks."""

from dataclasses import replace

import pytest

from studio.terraform.state.bucket import Bucket
from studio_emulator.server import Emulator


def put(bucket: Bucket, *keys: str) -> None:
    for key in keys:
        bucket.bucket.call("put_object", Key=key, Body=b"{}")


def test_only_objects_right_below_the_prefix_are_states(bucket: Bucket) -> None:
    put(
        bucket, "lab/role.tfstate", "other/ecr.tfstate", "lab/deeper/users.tfstate", "lab/notes.txt"
    )
    put(bucket, "lab/image.tfstate.tflock", "lab/domain.unfinished")
    assert bucket.stacks() == ["role"]
    assert bucket.unfinished() == ["domain"]
    assert list(map(str, bucket.locks())) == [
        "image: locked by another run since unknown (unknown)"
    ]
    assert bucket.archive("role", 7) == "s3://team-state/lab/moved/role.7.tfstate"
    assert bucket.stacks() == []


@pytest.mark.parametrize("with_key", [False, True])
def test_marks_and_old_states_are_encrypted_with_the_key_of_the_settings(
    bucket: Bucket, entered: Emulator, with_key: bool
) -> None:
    kms_key, encrypted = "", {"ServerSideEncryption": "AES256"}
    if with_key:
        kms_key = entered.client("kms").create_key()["KeyMetadata"]["Arn"]
        encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
    put(bucket, "lab/role.tfstate")
    chosen = replace(bucket, bucket=replace(bucket.bucket, kms_key=kms_key))
    chosen.mark("network")
    chosen.archive("role", 7)
    for key in ("lab/network.unfinished", "lab/moved/role.7.tfstate"):
        found = entered.client("s3").head_object(Bucket="team-state", Key=key)
        assert found.items() >= encrypted.items()
