"""S3's actions, whose names differ from those of the operations, and bucket policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from studio_emulator.authorization.permissions import Permission
from studio_emulator.call import Call
from studio_emulator.iam.callers import Caller
from studio_emulator.iam.policy import Decision
from studio_emulator.moto_internals import s3_backends

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


def permissions(operation: str, params: Mapping[str, Any], call: Call) -> Iterator[Permission]:
    """The action on the bucket, or on its object or objects."""
    action = f"s3:{_ACTIONS.get(operation, operation)}"
    bucket = params.get("Bucket")
    if bucket is None:
        yield Permission(action=action)
        return
    if bucket not in s3_backends.bucket_accounts and operation != "CreateBucket":
        # Every caller gets NoSuchBucket.
        return
    keys = [params["Key"]] if "Key" in params else []
    keys += [each["Key"] for each in params.get("Delete", {}).get("Objects", [])]
    about = f"arn:{call.partition}:s3:::{bucket}"
    asked = [(action, f"{about}/{key}") for key in keys] or [(action, about)]
    if operation in ("GetObject", "HeadObject") and not _holds(bucket, params["Key"], call):
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
        asked.append(("s3:ListBucket", about))
    for action, resource in asked:
        yield Permission(
            action=action,
            resources=(resource,),
            context=_context(params, bucket, call),
            with_resource_policy=partial(
                _with_bucket_policy, bucket=bucket, action=action, resource=resource, call=call
            ),
        )


def _holds(bucket: str, key: str, call: Call) -> bool:
    found = s3_backends[call.account][call.partition].buckets.get(bucket)
    return found is not None and key in found.keys


def _context(params: Mapping[str, Any], bucket: str, call: Call) -> dict[str, Any]:
    _, owner = s3_backends.bucket_accounts.get(bucket, (None, call.account))
    keys = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
    asked = {key: params[member] for key, member in keys.items() if member in params}
    return {"aws:ResourceAccount": owner, **asked}


def _with_bucket_policy(
    by_identity: Decision,
    caller: Caller,
    context: Mapping[str, Any],
    *,
    bucket: str,
    action: str,
    resource: str,
    call: Call,
) -> Decision:
    """Within one account, either policy can allow, and either can deny."""
    found = s3_backends[call.account][call.partition].buckets.get(bucket)
    if found is None or found.policy is None:
        return by_identity
    by_bucket = caller.decide_by_resource(
        found.policy.decode(), caller.own_arns, action, context, resource=resource
    )
    if Decision.DENIED in (by_identity, by_bucket):
        return Decision.DENIED
    return Decision.ALLOWED if by_bucket is Decision.ALLOWED else by_identity
