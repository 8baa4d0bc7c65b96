"""S3's actions, whose names differ from those of the operations; bucket policies; objects' keys.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from studio_emulator.authorization import kms
from studio_emulator.authorization.permissions import Permission, request_keys
from studio_emulator.call import Call
from studio_emulator.iam.policy import Decision, applying, decision, granting, statements
from studio_emulator.iam.resource_policies import with_optional_policy
from studio_emulator.moto_internals import s3_backends
from studio_emulator.services import s3_keys
from studio_emulator.services.s3_objects import find_bucket

_CONFIGURATIONS = {
    "BucketAccelerateConfiguration": "AccelerateConfiguration",
    "BucketCors": "BucketCORS",
    "BucketEncryption": "EncryptionConfiguration",
    "BucketLifecycle": "LifecycleConfiguration",
    "BucketLifecycleConfiguration": "LifecycleConfiguration",
    "BucketNotificationConfiguration": "BucketNotification",
    "BucketOwnershipControls": "BucketOwnershipControls",
    "BucketReplication": "ReplicationConfiguration",
    "BucketTagging": "BucketTagging",
    "ObjectLockConfiguration": "BucketObjectLockConfiguration",
    "PublicAccessBlock": "BucketPublicAccessBlock",
}
"""The names of a bucket's configurations in actions, by those in operations."""
_ACTIONS = {
    f"{verb}{configuration}": f"{action}{name}"
    for configuration, name in _CONFIGURATIONS.items()
    for verb, action in (("Delete", "Put"), ("Get", "Get"), ("Put", "Put"))
} | {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_OF_VERSIONS = frozenset(
    {
        "DeleteObject",
        "DeleteObjectTagging",
        "GetObject",
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectTagging",
        "PutObjectAcl",
        "PutObjectTagging",
    }
)
"""The actions with another action for a version, for example GetObjectVersion."""


def permissions(operation: str, params: Mapping[str, Any], call: Call) -> Iterator[Permission]:
    """The action on the bucket or on its objects, that on a source, and those on their keys."""
    yield from _on_bucket(operation, params, call)
    if source := s3_keys.copy_source(params):
        yield from _on_bucket("GetObject", source, call)
    for use in s3_keys.key_uses(operation, params, call):
        yield from kms.of_object(use.operation, use.key, use.encrypted_arn, call)


def _on_bucket(operation: str, params: Mapping[str, Any], call: Call) -> Iterator[Permission]:
    bucket = params.get("Bucket")
    if bucket is None:
        yield Permission(action=f"s3:{_ACTIONS.get(operation, operation)}")
        return
    if bucket not in s3_backends.bucket_accounts and operation != "CreateBucket":
        # Every caller gets NoSuchBucket.
        return
    held = find_bucket(params, call)
    policy = held.policy.decode() if held is not None and held.policy is not None else None
    bucket_arn = f"arn:{call.partition}:s3:::{bucket}"
    named = f"{bucket_arn}/{params['Key']}" if "Key" in params else bucket_arn
    required = [(f"s3:{action}", named) for action in _actions(operation, params)]
    if operation in ("GetObject", "GetObjectAttributes", "HeadObject") and (
        held is None or params["Key"] not in held.keys
    ):
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
        required.append(("s3:ListBucket", bucket_arn))
    _, owner = s3_backends.bucket_accounts.get(bucket, (None, call.account))
    keys = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
    values = {key: params[member] for key, member in keys.items() if member in params}
    for action, resource in required:
        yield Permission(
            action=action,
            resources=(resource,),
            context={"aws:ResourceAccount": owner, **values},
            with_resource_policy=partial(
                with_optional_policy, policy=policy, action=action, resource=resource
            ),
        )


def _actions(operation: str, params: Mapping[str, Any]) -> list[str]:
    """The actions on a new bucket, on an object or on its version.

    "You also need" the object's action for a version, except to read.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html,
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html, API_GetObject.html,
    API_GetObjectAttributes.html, API_GetObjectTagging.html, API_PutObject.html
    """
    actions = [_ACTIONS.get(operation, operation)]
    if operation == "GetObjectAttributes":
        actions.append("GetObject")
    if actions == ["PutObject"]:
        actions += ["PutObjectTagging"] * ("Tagging" in params)
        actions += ["PutObjectAcl"] * any(m == "ACL" or m.startswith("Grant") for m in params)
    if operation == "CreateBucket":
        custom = any(m.startswith("Grant") for m in params)
        actions += ["PutBucketAcl"] * (custom or params.get("ACL", "private") != "private")
        actions += ["PutBucketOwnershipControls"] * ("ObjectOwnership" in params)
        if params.get("ObjectLockEnabledForBucket"):
            actions += ["PutBucketObjectLockConfiguration", "PutBucketVersioning"]
    if "VersionId" not in params:
        return actions
    versions = [each.replace("Object", "ObjectVersion") for each in actions if each in _OF_VERSIONS]
    return versions if "GetObject" in actions else actions + versions


def refusal_of_root(operation: str, params: Mapping[str, Any], call: Call) -> str | None:
    """The message if the bucket's policy denies the request of the account's root user.

    That user can always read, replace and delete the policy:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    if operation.endswith("BucketPolicy"):
        return None
    root = call.caller_arn
    keys = {
        "aws:PrincipalArn": root,
        "aws:PrincipalAccount": call.account,
        "aws:PrincipalType": "Account",
        "aws:userid": call.account,
    }
    asked = [(operation, params), ("GetObject", s3_keys.copy_source(params))]
    for name, about in asked:
        held = find_bucket(about, call)
        if held is None or held.policy is None:
            continue
        policy = statements(held.policy.decode())
        for needed in _on_bucket(name, about, call):
            context = {**keys, **request_keys(call), **needed.context}
            (resource,) = needed.resources
            found = granting(policy, {root, call.account}, needed.action, context)
            if decision(applying(found, needed.action, resource, context)) is Decision.DENIED:
                return (
                    f"User: {root} is not authorized to perform: {needed.action} on resource: "
                    f"{resource} with an explicit deny in a resource-based policy"
                )
    return None
