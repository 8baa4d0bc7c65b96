"""S3: denies a bucket of another account; names, defaults and ACLs of buckets; valid policies."""

import re
from collections.abc import Sequence
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.conditions import as_list
from studio_emulator.iam.policy import valid_statements
from studio_emulator.moto_internals import s3_backends
from studio_emulator.moto_internals.s3 import encryption_by_default
from studio_emulator.services import principals, s3_objects
from studio_emulator.services.s3_objects import ENFORCED, find_bucket

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


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


def check_region(operation: str, params: Params, call: Call) -> None:
    """PermanentRedirect for a bucket of another region; its location can be read in every region.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
    """
    bucket = find_bucket(params, call)
    if bucket is None or operation in ("CreateBucket", "GetBucketLocation"):
        return
    if bucket.region_name != call.region:
        raise AwsError(
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified "
            "endpoint. Please send all future requests to this endpoint.",
            301,
            BucketRegion=bucket.region_name,
        )


def check_create_bucket(params: Params, _call: Call) -> None:
    """Check the bucket's name, and that ObjectOwnership and Block Public Access allow the ACL.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html (Permissions)
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
    if given and params.get("ObjectOwnership", ENFORCED) == ENFORCED:
        raise AwsError(
            "InvalidBucketAclWithObjectOwnership",
            f"Bucket cannot have ACLs set with ObjectOwnership's {ENFORCED} setting",
        )
    if params.get("ACL") in s3_objects.PUBLIC_ACLS:
        raise AwsError(
            "InvalidBucketAclWithBlockPublicAccessError",
            "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
        )


def check_put_bucket_encryption(params: Params, _call: Call) -> None:
    """A key "is allowed if and only if SSEAlgorithm is set to aws:kms or aws:kms:dsse" (model)."""
    for rule in params["ServerSideEncryptionConfiguration"]["Rules"]:
        by_default = rule.get("ApplyServerSideEncryptionByDefault", {})
        if "KMSMasterKeyID" in by_default and by_default["SSEAlgorithm"] == "AES256":
            message = "A KMSMasterKeyID is not applicable if the default sse algorithm is AES256"
            raise AwsError("InvalidArgument", message)


def check_put_bucket_policy(params: Params, call: Call) -> None:
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
    """The statements of a bucket policy; AwsError MalformedPolicy with S3's messages.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    """
    try:
        parsed = valid_statements(params["Policy"])
    except ValueError as bad:
        raise AwsError("MalformedPolicy", f"This policy is not valid: {bad}") from bad
    if not parsed:
        raise AwsError("MalformedPolicy", "Missing required field Statement")
    if not all(one.get("Principal") or one.get("NotPrincipal") for one in parsed):
        raise AwsError("MalformedPolicy", "Missing required field Principal")
    if principals.absent(parsed, call):
        raise AwsError("MalformedPolicy", "Invalid principal in policy")
    bucket = f"arn:{call.partition}:s3:::{params['Bucket']}"
    for statement in parsed:
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise AwsError("MalformedPolicy", "Missing required field Effect")
        actions = as_list(statement.get("Action", statement.get("NotAction")))
        if not actions:
            raise AwsError("MalformedPolicy", "Missing required field Action")
        if not all(re.match(r"\*$|s3:", str(action), re.IGNORECASE) for action in actions):
            raise AwsError("MalformedPolicy", "Policy has invalid action")
        named = as_list(statement.get("Resource", statement.get("NotResource")))
        if not named:
            raise AwsError("MalformedPolicy", "Missing required field Resource")
        for resource in named:
            if resource != bucket and not str(resource).startswith(f"{bucket}/"):
                raise AwsError("MalformedPolicy", "Policy has invalid resource")
    return parsed


def delete_bucket_encryption(params: Params, call: Call) -> Answer | None:
    """DeleteBucketEncryption: restores the default encryption."""
    bucket = find_bucket(params, call)
    if bucket is None:
        return None
    bucket.encryption = {"Rule": encryption_by_default()}
    return {}


def get_bucket_request_payment(params: Params, call: Call) -> Answer | None:
    """GetBucketRequestPayment: no request changes the payer, because moto has none."""
    return None if find_bucket(params, call) is None else {"Payer": "BucketOwner"}


def _is_public(statement: dict[str, Any]) -> bool:
    """Whether a statement without a condition allows an action to every principal."""
    return (
        statement.get("Effect") == "Allow"
        and statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        and not statement.get("Condition")
    )
