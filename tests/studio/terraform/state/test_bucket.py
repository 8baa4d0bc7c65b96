"""States in a bucket: below their prefix, encrypted, and with locks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.terraform.state.bucket import Bucket
from studio_emulator.server import Emulator

KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


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


@pytest.mark.parametrize(
    ("kms_key", "encrypted"),
    [
        ("", {"ServerSideEncryption": "AES256"}),
        (KEY, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}),
    ],
)
def test_marks_and_old_states_are_encrypted_with_the_key_of_the_settings(
    bucket: Bucket, entered: Emulator, kms_key: str, encrypted: dict[str, Any]
) -> None:
    put(bucket, "lab/role.tfstate")
    chosen = replace(bucket, bucket=replace(bucket.bucket, kms_key=kms_key))
    chosen.mark("network")
    chosen.archive("role", 7)
    for key in ("lab/network.unfinished", "lab/moved/role.7.tfstate"):
        found = entered.client("s3").head_object(Bucket="team-state", Key=key)
        assert found.items() >= encrypted.items()
