"""The KMS keys that encrypt S3's objects: which one a request uses, and in which state.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html (encryption context)
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import FakeBucket
from studio_emulator.moto_internals.s3 import AWS_KEY
from studio_emulator.services import key_states
from studio_emulator.services.s3_objects import find_bucket, find_object

_ENCRYPTING = ("CopyObject", "CreateMultipartUpload", "PutObject")
_OF_PARTS = ("CompleteMultipartUpload", "ListParts", "UploadPart", "UploadPartCopy")
_READING = ("GetObject", "GetObjectAttributes", "SelectObjectContent")


@dataclass(frozen=True, kw_only=True)
class KeyUse:
    """operation: KMS's. key: its name in the request, the object or the bucket's default.

    encrypted_arn: the ARN of the object, or of the bucket if the object has a bucket key.
    """

    operation: str
    key: str
    encrypted_arn: str


def key_uses(operation: str, params: Mapping[str, Any], call: Call) -> Iterator[KeyUse]:
    """The use of the object's key, then that of the key of the object that a request copies."""
    bucket = find_bucket(params, call)
    if bucket is not None:
        yield from _own_key(operation, params, bucket, call)
    if source := copy_source(params):
        yield from key_uses("GetObject", source, call)


def _own_key(
    operation: str, params: Mapping[str, Any], bucket: FakeBucket, call: Call
) -> Iterator[KeyUse]:
    found = _encryption(operation, params, bucket, call)
    if found is None:
        return
    algorithm, key, bucket_key = found
    rule = bucket.encryption["Rule"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    if not algorithm:
        algorithm, key = default["SSEAlgorithm"], default.get("KMSMasterKeyID")
    if algorithm.startswith("aws:kms"):
        if bucket_key is None:
            bucket_key = rule.get("BucketKeyEnabled")
        arn = f"arn:{call.partition}:s3:::{bucket.name}"
        yield KeyUse(
            operation="GenerateDataKey" if operation in _ENCRYPTING else "Decrypt",
            key=key or AWS_KEY,
            encrypted_arn=arn if str(bucket_key).lower() == "true" else f"{arn}/{params['Key']}",
        )


def copy_source(params: Mapping[str, Any]) -> Params:
    """The bucket, key and version of the object that a request copies, if any."""
    if "CopySource" not in params:
        return {}
    path, _, version = params["CopySource"].partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})


def check(operation: str, params: Params, call: Call) -> None:
    """KMS's error, with S3's prefix, if a key does not exist or is not enabled.

    S3 passes KMS's errors on: localstack/localstack#7177, #8422.
    """
    algorithm = params.get("ServerSideEncryption", "")
    if "SSEKMSKeyId" in params and not algorithm.startswith("aws:kms"):
        message = "SSEKMSKeyId requires the header x-amz-server-side-encryption: aws:kms"
        raise AwsError("InvalidArgument", message)
    for use in key_uses(operation, params, call):
        key = key_states.named(use.key, call)
        if key is not None:
            try:
                key_states.check_enabled(key)
            except AwsError as refused:
                raise AwsError(f"KMS.{refused.code}", refused.message) from refused
        elif key_states.AWS_ALIASES not in use.key:
            raise AwsError("KMS.NotFoundException", f"Key '{use.key}' does not exist")


def _encryption(
    operation: str, params: Mapping[str, Any], bucket: FakeBucket, call: Call
) -> tuple[Any, Any, Any] | None:
    """The algorithm, the key, and whether it is a bucket key, if any; None: S3 needs no key.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (ChecksumMode)
    """
    if operation in _ENCRYPTING:
        members = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled")
        algorithm, key, bucket_key = (params.get(member) for member in members)
        return algorithm, key, bucket_key
    if operation in _OF_PARTS:
        upload = bucket.multiparts.get(params["UploadId"])
        return upload and (upload.sse_encryption, upload.kms_key_id, None)
    if operation in _READING or (operation == "HeadObject" and "ChecksumMode" in params):
        held = find_object(params, call)
        return held and (held.encryption, held.kms_key_id, held.bucket_key_enabled)
    return None
