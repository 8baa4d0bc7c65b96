"""S3's actions, whose names differ from those of the operations, and bucket policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from studio_emulator.authorization.permissions import Permission, request_keys
from studio_emulator.call import Call
from studio_emulator.iam.callers import with_optional_policy
from studio_emulator.iam.policy import Decision, applying, decision, granting, statements
from studio_emulator.moto_internals import s3_backends
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
    for needed in permissions(operation, params, call):
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
