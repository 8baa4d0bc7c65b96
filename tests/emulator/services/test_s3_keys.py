"""The KMS keys that encrypt S3's objects: which one a request uses, and in which state."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import REGION, code_of, create_key, encrypt_bucket, refused_once


@pytest.fixture
def key(aws: Emulator, s3: Any) -> str:
    """The id of the key that encrypts the new objects of the bucket, and of its object `old`."""
    key = create_key(aws)
    encrypt_bucket(s3, key)
    s3.put_object(Bucket="a-bucket", Key="old", Body=b"x")
    return key


BY_KMS = {"ServerSideEncryption": "aws:kms"}


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_key_that_is_not_enabled(aws: Emulator, s3: Any, key: str, state: str) -> None:
    """localstack/localstack#8422 names the errors."""
    named, kms = {"Bucket": "a-bucket"}, aws.client("kms")
    upload = s3.create_multipart_upload(**named, Key="new")["UploadId"]
    for own in (BY_KMS, {"ServerSideEncryption": "AES256"}):
        s3.put_object(**named, Key="of-aws", Body=b"x", **own)
        s3.copy_object(**named, Key="copied", CopySource="a-bucket/of-aws", **own)
    if state == "Disabled":
        kms.disable_key(KeyId=key)
    else:
        kms.schedule_key_deletion(KeyId=key)
    code = {"Disabled": "DisabledException", "PendingDeletion": "KMSInvalidStateException"}[state]
    for call, params in (
        (s3.get_object, {"Key": "old"}),
        (s3.put_object, {"Key": "new"}),
        (s3.put_object, {"Key": "new", **BY_KMS, "SSEKMSKeyId": key}),
        (s3.copy_object, {"Key": "of-aws", "CopySource": "a-bucket/old", **BY_KMS}),
        (s3.copy_object, {"Key": "new", "CopySource": "a-bucket/of-aws"}),
        (s3.create_multipart_upload, {"Key": "new"}),
        (s3.upload_part, {"Key": "new", "UploadId": upload, "PartNumber": 1}),
    ):
        assert refused_once(call, **named, **params) == (f"KMS.{code}", 400)
    s3.head_object(**named, Key="old")
    assert code_of(s3.head_object, **named, Key="old", ChecksumMode="ENABLED") == "400"
    for own in (BY_KMS, {"ServerSideEncryption": "AES256"}):
        s3.put_object(**named, Key="of-aws", **own)
        s3.get_object(**named, Key="of-aws")
    s3.delete_object(**named, Key="old")


@pytest.mark.parametrize(
    "key_id", ["absent", "alias/absent", f"arn:aws:kms:{REGION}:123456789012:key/absent"]
)
def test_absent_key(s3: Any, key_id: str) -> None:
    put = {"Bucket": "a-bucket", "Key": "k", **BY_KMS, "SSEKMSKeyId": key_id}
    assert refused_once(s3.put_object, **put) == ("KMS.NotFoundException", 400)


def test_key_requires_its_algorithm(s3: Any, key: str) -> None:
    for algorithm in ({}, {"ServerSideEncryption": "AES256"}):
        put = {"Bucket": "a-bucket", "Key": "k", **algorithm, "SSEKMSKeyId": key}
        assert code_of(s3.put_object, **put) == "InvalidArgument"
