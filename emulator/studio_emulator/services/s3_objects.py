"""S3's objects: ACLs, conditions of writes, unknown uploads, errors of DeleteObjects."""

from collections.abc import Mapping
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import FakeBucket, s3_backends

ENFORCED = "BucketOwnerEnforced"
_MOST_DELETED = 1000
_OWNERS = "bucket-owner-full-control"
PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
_KEY_BYTES, _METADATA_BYTES = 1024, 2048


def find_object(params: Mapping[str, Any], call: Call) -> Any:
    """The object or the version of it that a request names, if any; no delete marker."""
    bucket = find_bucket(params, call)
    s3, version = s3_backends[call.account][call.partition], params.get("VersionId")
    return bucket and s3.get_object(bucket.name, params["Key"], version_id=version)


def find_bucket(params: Mapping[str, Any], call: Call) -> FakeBucket | None:
    """The account's bucket that a request names."""
    return s3_backends[call.account][call.partition].buckets.get(params.get("Bucket"))


def check_acl(params: Params, call: Call) -> None:
    """AccessControlListNotSupported if the bucket's owner owns every object.

    AccessDenied for a public ACL while BlockPublicAcls is on.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    bucket = find_bucket(params, call)
    if bucket is None:
        return
    if bucket.ownership_rule == ENFORCED:
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")
    block = bucket.public_access_block
    if block and block.block_public_acls and params.get("ACL") in PUBLIC_ACLS:
        raise AwsError("AccessDenied", "Access Denied", 403)


def check_acl_of_object(params: Params, call: Call) -> None:
    """As ``check_acl``, except for the ACL that gives the bucket's owner all rights."""
    grants = [key for key in params if key.startswith("Grant")]
    if grants or params.get("ACL", _OWNERS) != _OWNERS:
        check_acl(params, call)


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
    if held is not None and held.etag.strip('"') != (expected or "").strip('"'):
        message = "At least one of the pre-conditions you specified did not hold"
        raise AwsError("PreconditionFailed", message, 412)


def check_complete_multipart_upload(params: Params, call: Call) -> None:
    check_upload(params, call)
    check_precondition(params, call)


def check_upload(params: Params, call: Call) -> None:
    """NoSuchUpload for an upload that was never started or was aborted; moto has a KeyError."""
    bucket, upload = find_bucket(params, call), params["UploadId"]
    if bucket is not None and upload not in bucket.multiparts:
        held = find_object(params, call)
        if held is None or held.multipart is None or held.multipart.id != upload:
            raise AwsError("NoSuchUpload", "The specified multipart upload does not exist.", 404)


def check_sizes(params: Params, call: Call) -> None:
    """Check the sizes of the key and of the metadata, and the ACL.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    """
    if len(params["Key"].encode()) > _KEY_BYTES:
        raise AwsError("KeyTooLongError", "Your key is too long")
    texts = (text for pair in params.get("Metadata", {}).items() for text in pair)
    if sum(len(text.encode()) for text in texts) > _METADATA_BYTES:
        message = "Your metadata headers exceed the maximum allowed metadata size"
        raise AwsError("MetadataTooLarge", message)
    check_acl_of_object(params, call)


def check_write(params: Params, call: Call) -> None:
    check_sizes(params, call)
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
    members = ("Key", "VersionId")
    named = [{m: each[m] for m in members if m in each} for each in objects]
    refusals = [call.refusal("s3", "DeleteObject", {**params, **each}, call) for each in named]
    each_refused = list(zip(named, refusals, strict=True))
    errors = [{**each, "Message": text} for each, text in each_refused if text is not None]
    deleted, locked = s3_backends[call.account][call.partition].delete_objects(
        params["Bucket"],
        [each for each, text in each_refused if text is None],
        params.get("BypassGovernanceRetention", False),
    )
    errors += [{"Key": key, "Message": "The object is protected by a lock."} for key in locked]
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


check_copy_object = check_put_object = check_write
check_create_multipart_upload = check_sizes
check_put_bucket_acl = check_put_object_acl = check_acl
check_upload_part = check_upload_part_copy = check_upload
