"""S3's actions, whose names differ from those of the operations; bucket policies; objects' keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from studio_emulator.authorization import kms
from studio_emulator.authorization.permissions import Permission, request_keys
from studio_emulator.call import Call
from studio_emulator.iam.callers import with_optional_policy
from studio_emulator.iam.policy import Decision, applying, decision, granting, statements
from studio_emulator.moto_internals import FakeBucket, s3_backends
from studio_emulator.services.s3 import find_bucket

_ACTIONS = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_ENCRYPTING = ("CopyObject", "CreateMultipartUpload", "PutObject")
_OF_PARTS = ("CompleteMultipartUpload", "ListParts", "UploadPart", "UploadPartCopy")


def permissions(operation: str, params: Mapping[str, Any], call: Call) -> Iterator[Permission]:
    """The action on the bucket or on its objects, that on the object's key, and on a source."""
    yield from _on_bucket(operation, params, call)
    bucket = find_bucket(params, call)
    if bucket is not None:
        yield from _on_key(operation, params, bucket, call)
    if "CopySource" in params:
        path, _, version = params["CopySource"].partition("?versionId=")
        source, _, key = unquote(path).lstrip("/").partition("/")
        versioned = {"VersionId": version} if version else {}
        yield from permissions("GetObject", {"Bucket": source, "Key": key, **versioned}, call)


def _on_key(
    operation: str, params: Mapping[str, Any], bucket: FakeBucket, call: Call
) -> Iterator[Permission]:
    """The use of the KMS key that encrypts the object.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html (encryption context)
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    """
    found = _encryption(operation, params, bucket, call)
    if found is None:
        return
    algorithm, key, bucket_key = found
    default = bucket.encryption["Rule"]["ApplyServerSideEncryptionByDefault"]
    key = key or default.get("KMSMasterKeyID")
    if key and (algorithm or default["SSEAlgorithm"]).startswith("aws:kms"):
        if bucket_key is None:
            bucket_key = bucket.encryption["Rule"].get("BucketKeyEnabled")
        bucket_arn = f"arn:{call.partition}:s3:::{bucket.name}"
        whole = str(bucket_key).lower() == "true"
        arn = bucket_arn if whole else f"{bucket_arn}/{params['Key']}"
        action = "GenerateDataKey" if operation in _ENCRYPTING else "Decrypt"
        yield from kms.of_object(action, key, arn, call)


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
    if operation == "GetObject" or (operation == "HeadObject" and "ChecksumMode" in params):
        s3 = s3_backends[call.account][call.partition]
        held = s3.get_object(bucket.name, params["Key"], version_id=params.get("VersionId"))
        return held and (held.encryption, held.kms_key_id, held.bucket_key_enabled)
    return None


def _on_bucket(operation: str, params: Mapping[str, Any], call: Call) -> Iterator[Permission]:
    action = f"s3:{_ACTIONS.get(operation, operation)}"
    bucket = params.get("Bucket")
    if bucket is None:
        yield Permission(action=action)
        return
    if bucket not in s3_backends.bucket_accounts and operation != "CreateBucket":
        # Every caller gets NoSuchBucket.
        return
    held = find_bucket(params, call)
    policy = held.policy.decode() if held is not None and held.policy is not None else None
    keys = [params["Key"]] if "Key" in params else []
    keys += [each["Key"] for each in params.get("Delete", {}).get("Objects", [])]
    bucket_arn = f"arn:{call.partition}:s3:::{bucket}"
    required = [(action, f"{bucket_arn}/{key}") for key in keys] or [(action, bucket_arn)]
    if operation in ("GetObject", "HeadObject") and (
        held is None or params["Key"] not in held.keys
    ):
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
        required.append(("s3:ListBucket", bucket_arn))
    for action, resource in required:
        yield Permission(
            action=action,
            resources=(resource,),
            context=_context(params, bucket, call),
            with_resource_policy=partial(
                with_optional_policy, policy=policy, action=action, resource=resource
            ),
        )


def refusal_of_root(operation: str, params: Mapping[str, Any], call: Call) -> str | None:
    """The message if the bucket's policy denies the request of the account's root user.

    That user can always read, replace and delete the policy:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    held = find_bucket(params, call)
    if held is None or held.policy is None or operation.endswith("BucketPolicy"):
        return None
    root, policy = call.caller_arn, statements(held.policy.decode())
    keys = {"aws:PrincipalArn": root, "aws:PrincipalAccount": call.account}
    for needed in _on_bucket(operation, params, call):
        context = {**keys, **request_keys(call), **needed.context}
        (resource,) = needed.resources
        found = granting(policy, {root, call.account}, needed.action, context)
        if decision(applying(found, needed.action, resource, context)) is Decision.DENIED:
            return (
                f"User: {root} is not authorized to perform: {needed.action} on resource: "
                f"{resource} with an explicit deny in a resource-based policy"
            )
    return None


def _context(params: Mapping[str, Any], bucket: str, call: Call) -> dict[str, Any]:
    _, owner = s3_backends.bucket_accounts.get(bucket, (None, call.account))
    keys = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
    values = {key: params[member] for key, member in keys.items() if member in params}
    return {"aws:ResourceAccount": owner, **values}
