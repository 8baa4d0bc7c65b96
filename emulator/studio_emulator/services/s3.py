"""S3: denies a bucket of another account; names, defaults and ACLs of buckets; valid policies."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.conditions import as_list
from studio_emulator.iam.policy import statements
from studio_emulator.moto_internals import FakeBucket, s3_backends
from studio_emulator.moto_internals.s3 import (
    encryption_by_default,
    give_buckets_the_defaults_of_2023,
    ignore_bucket_policies,
)
from studio_emulator.services import principals, s3_pages

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_MOST_DELETED = 1000
_OWNERS = "bucket-owner-full-control"
DENIED = "Denied"
"""In an object of DeleteObjects, why the caller must not delete it; None if it may."""
_ENFORCED = "BucketOwnerEnforced"


def check_owner(operation: str, params: Params, call: Call) -> None:
    """AccessDenied if another account than the caller's or the expected one owns the bucket.

    CreateBucket has its own error for such a bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    held = s3_backends.bucket_accounts.get(params.get("Bucket", ""))
    if held is None or operation == "CreateBucket":
        return
    _, owner = held
    if owner != call.account or params.get("ExpectedBucketOwner", owner) != owner:
        raise AwsError("AccessDenied", "Access Denied", 403)


def check_create(params: Params, _call: Call) -> None:
    """Check the bucket's name, and that ObjectOwnership allows the ACL.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    name = params["Bucket"]
    if (
        not _NAME.fullmatch(name)
        or ".." in name
        or _ADDRESS.fullmatch(name)
        or name.startswith(_RESERVED_PREFIXES)
        or name.endswith(_RESERVED_SUFFIXES)
    ):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.")
    given = params.get("ACL", "private") != "private" or any(m.startswith("Grant") for m in params)
    if given and params.get("ObjectOwnership", _ENFORCED) == _ENFORCED:
        raise AwsError(
            "InvalidBucketAclWithObjectOwnership",
            f"Bucket cannot have ACLs set with ObjectOwnership's {_ENFORCED} setting",
        )


def check_acl(params: Params, call: Call) -> None:
    """AccessControlListNotSupported if the bucket's owner owns every object.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    bucket = find_bucket(params, call)
    if bucket is not None and bucket.ownership_rule == _ENFORCED:
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")


def check_acl_of_object(params: Params, call: Call) -> None:
    """As ``check_acl``, except for the ACL that gives the bucket's owner all rights."""
    grants = [key for key in params if key.startswith("Grant")]
    if grants or params.get("ACL", _OWNERS) != _OWNERS:
        check_acl(params, call)


def check_policy(params: Params, call: Call) -> None:
    """AccessDenied for a public policy while BlockPublicPolicy is on.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    bucket = find_bucket(params, call)
    if bucket is None:
        return
    parsed = _statements(params, call)
    block = bucket.public_access_block
    if block and block.block_public_policy and any(map(_is_public, parsed)):
        raise AwsError(
            "AccessDenied",
            f"User: {call.caller_arn} is not authorized to perform: s3:PutBucketPolicy on "
            f'resource: "arn:{call.partition}:s3:::{params["Bucket"]}" because public policies '
            "are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            403,
        )


def _statements(params: Params, call: Call) -> Sequence[dict[str, Any]]:
    """The statements of a bucket policy; AwsError MalformedPolicy with S3's messages."""
    try:
        parsed = statements(params["Policy"])
    except ValueError as bad:
        raise AwsError("MalformedPolicy", "Policies must be valid JSON.") from bad
    if not parsed:
        raise AwsError("MalformedPolicy", "Missing required field Statement")
    if not all(one.get("Principal") or one.get("NotPrincipal") for one in parsed):
        raise AwsError("MalformedPolicy", "Missing required field Principal")
    if principals.absent(parsed, call):
        raise AwsError("MalformedPolicy", "Invalid principal in policy")
    bucket = f"arn:{call.partition}:s3:::{params['Bucket']}"
    for statement in parsed:
        named = as_list(statement.get("Resource", statement.get("NotResource")))
        if not named:
            raise AwsError("MalformedPolicy", "Missing required field Resource")
        for resource in named:
            if resource != bucket and not str(resource).startswith(f"{bucket}/"):
                raise AwsError("MalformedPolicy", "Policy has invalid resource")
    return parsed


def delete_encryption(params: Params, call: Call) -> Answer | None:
    """DeleteBucketEncryption: restores the default encryption."""
    bucket = find_bucket(params, call)
    if bucket is None:
        return None
    bucket.encryption = {"Rule": encryption_by_default()}
    return {}


def check_precondition(params: Params, call: Call) -> None:
    """PreconditionFailed for a write if the object is not the expected one, or exists.

    Moto checks PutObject alone, and ignores an ETag in If-None-Match.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    expected, absent = params.get("IfMatch"), params.get("IfNoneMatch")
    if absent not in (None, "*"):
        message = "A header you provided implies functionality that is not implemented"
        raise AwsError("NotImplemented", message, 501)
    held = find_object(params, call) if expected or absent else None
    if expected and held is None:
        raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
    if held is not None and (absent or held.etag.strip('"') != str(expected).strip('"')):
        message = "At least one of the pre-conditions you specified did not hold"
        raise AwsError("PreconditionFailed", message, 412)


def check_completion(params: Params, call: Call) -> None:
    check_upload(params, call)
    check_precondition(params, call)


def check_upload(params: Params, call: Call) -> None:
    """NoSuchUpload for an upload that was never started or was aborted; moto has a KeyError."""
    bucket, upload = find_bucket(params, call), params["UploadId"]
    if bucket is not None and upload not in bucket.multiparts:
        held = find_object(params, call)
        if held is None or held.multipart is None or held.multipart.id != upload:
            raise AwsError("NoSuchUpload", "The specified multipart upload does not exist.", 404)


def check_write(params: Params, call: Call) -> None:
    check_acl_of_object(params, call)
    check_precondition(params, call)


def delete_objects(params: Params, call: Call) -> Answer | None:
    """DeleteObjects: deletes the objects that the caller may delete; an error for each other.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    """
    if find_bucket(params, call) is None:
        return None
    objects, quiet = params["Delete"]["Objects"], params["Delete"].get("Quiet", False)
    if len(objects) > _MOST_DELETED:
        message = "The XML you provided was not well-formed or did not validate against our schema"
        raise AwsError("MalformedXML", message)
    denied = [{**each, "Message": each[DENIED]} for each in objects if each[DENIED]]
    deleted, locked = s3_backends[call.account][call.partition].delete_objects(
        params["Bucket"],
        [each for each in objects if not each[DENIED]],
        params.get("BypassGovernanceRetention", False),
    )
    denied += [{"Key": key, "Message": "The object is protected by a lock."} for key in locked]
    members = ("Key", "VersionId", "Message")
    errors = [{m: each[m] for m in members if m in each} for each in denied]
    shown = [
        {"Key": key}
        | ({"VersionId": version} if version else {})
        | ({"DeleteMarker": True, "DeleteMarkerVersionId": marker} if marker else {})
        for key, version, marker in deleted
    ]
    return {
        "Deleted": [] if quiet else shown,
        "Errors": [{**each, "Code": "AccessDenied"} for each in errors],
    }


def request_payment(params: Params, call: Call) -> Answer | None:
    """GetBucketRequestPayment: no request changes the payer, because moto has none."""
    return None if find_bucket(params, call) is None else {"Payer": "BucketOwner"}


def find_object(params: Mapping[str, Any], call: Call) -> Any:
    """The object or the version of it that a request names, if any; no delete marker."""
    bucket = find_bucket(params, call)
    s3, version = s3_backends[call.account][call.partition], params.get("VersionId")
    return bucket and s3.get_object(bucket.name, params["Key"], version_id=version)


def find_bucket(params: Mapping[str, Any], call: Call) -> FakeBucket | None:
    """The account's bucket that a request names."""
    return s3_backends[call.account][call.partition].buckets.get(params.get("Bucket"))


def _is_public(statement: dict[str, Any]) -> bool:
    """Whether a statement without a condition allows an action to every principal."""
    return (
        statement.get("Effect") == "Allow"
        and statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        and not statement.get("Condition")
    )


def install() -> None:
    """Give moto's buckets AWS's defaults; `authorization` evaluates their policies."""
    ignore_bucket_policies()
    give_buckets_the_defaults_of_2023()
    s3_pages.install()


HANDLERS = {
    "DeleteBucketEncryption": delete_encryption,
    "DeleteObjects": delete_objects,
    "GetBucketRequestPayment": request_payment,
}
CHECKS = {
    "CompleteMultipartUpload": check_completion,
    "CopyObject": check_write,
    "CreateBucket": check_create,
    "CreateMultipartUpload": check_acl_of_object,
    "ListObjectVersions": s3_pages.check_page,
    "ListObjects": s3_pages.check_page,
    "ListObjectsV2": s3_pages.check_page,
    "PutBucketAcl": check_acl,
    "PutBucketPolicy": check_policy,
    "PutObject": check_write,
    "PutObjectAcl": check_acl,
    "UploadPart": check_upload,
    "UploadPartCopy": check_upload,
}
