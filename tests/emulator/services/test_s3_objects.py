"""S3's objects: ACLs, conditions of writes, unknown uploads, errors of DeleteObjects."""

from typing import Any

import pytest

from tests.emulator.samples import ACCOUNT, code_of, refused, refused_once


@pytest.mark.parametrize(
    ("access", "code"),
    [
        ({"ACL": "public-read"}, "AccessControlListNotSupported"),
        ({"GrantRead": f"id={ACCOUNT}"}, "AccessControlListNotSupported"),
        ({"ACL": "bucket-owner-full-control"}, ""),
    ],
)
def test_an_object_has_no_acl_of_its_own_by_default(
    s3: Any, access: dict[str, str], code: str
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"""
    for create, body in ((s3.put_object, {"Body": b"1"}), (s3.create_multipart_upload, {})):
        assert code_of(create, Bucket="a-bucket", Key="x", **body, **access) == code


@pytest.mark.parametrize("versions", ["Suspended", "Enabled"])
def test_if_none_match_refuses_to_replace_an_object(s3: Any, versions: str) -> None:
    """Terraform's use_lockfile relies on it."""
    lock = {"Bucket": "a-bucket", "Key": "state.tflock"}
    s3.put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration={"Status": versions})
    for _ in range(2):
        s3.put_object(**lock, Body=b"mine", IfNoneMatch="*")
        assert refused_once(s3.put_object, **lock, Body=b"yours", IfNoneMatch="*") == (
            "PreconditionFailed",
            412,
        )
        assert s3.get_object(**lock)["Body"].read() == b"mine"
        s3.delete_object(**lock)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize(
    ("condition", "if_held", "if_absent"),
    [
        ({"IfNoneMatch": "*"}, "PreconditionFailed", ""),
        ({"IfNoneMatch": "another"}, "NotImplemented", "NotImplemented"),
        ({"IfMatch": "another"}, "PreconditionFailed", "NoSuchKey"),
        ({"IfMatch": "ETAG"}, "", "NoSuchKey"),
    ],
)
def test_conditional_writes(
    s3: Any, condition: dict[str, str], held: bool, if_held: str, if_absent: str
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
    etag = s3.put_object(Bucket="a-bucket", Key="source", Body=b"x")["ETag"]
    condition = {name: etag if value == "ETAG" else value for name, value in condition.items()}
    copied = {"CopySource": "a-bucket/source"}
    upload = s3.create_multipart_upload(Bucket="a-bucket", Key="k")["UploadId"]
    part = {"PartNumber": 1, "UploadId": upload}
    part["ETag"] = s3.upload_part(Bucket="a-bucket", Key="k", **part, Body=b"x")["ETag"]
    parts = {"UploadId": part.pop("UploadId"), "MultipartUpload": {"Parts": [part]}}
    for write, more in (
        (s3.put_object, {"Body": b"x"}),
        (s3.copy_object, copied),
        (s3.complete_multipart_upload, parts),
    ):
        s3.delete_object(Bucket="a-bucket", Key="k")
        if held:
            s3.put_object(Bucket="a-bucket", Key="k", Body=b"x")
        code = code_of(write, Bucket="a-bucket", Key="k", **more, **condition)
        assert code == (if_held if held else if_absent)


def test_unknown_upload(s3: Any) -> None:
    named = {"Bucket": "a-bucket", "Key": "k", "UploadId": "none"}
    parts = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
    copied = {"CopySource": "a-bucket/k"}
    for call, params in (
        (s3.upload_part, {"PartNumber": 1, "Body": b"x"}),
        (s3.upload_part_copy, {"PartNumber": 1, **copied}),
        (s3.complete_multipart_upload, {"MultipartUpload": parts}),
    ):
        assert refused_once(call, **named, **params) == ("NoSuchUpload", 404)


def test_delete_objects_takes_1000_keys(s3: Any) -> None:
    objects = [{"Key": str(number)} for number in range(1001)]
    assert s3.delete_objects(Bucket="a-bucket", Delete={"Objects": objects[1:]})["Deleted"]
    refused("MalformedXML", "", s3.delete_objects, Bucket="a-bucket", Delete={"Objects": objects})


@pytest.mark.parametrize(
    ("largest", "larger", "code"),
    [
        ({"Key": "k" * 1024}, {"Key": "é" * 513}, "KeyTooLongError"),
        ({"Metadata": {"a": "b" * 2047}}, {"Metadata": {"a": "b" * 2048}}, "MetadataTooLarge"),
    ],
)
def test_keys_and_metadata_have_a_maximum_size(
    s3: Any, largest: dict[str, Any], larger: dict[str, Any], code: str
) -> None:
    asked = {"Bucket": "a-bucket", "Key": "k"}
    s3.put_object(**(asked | largest), Body=b"x")
    assert code_of(s3.put_object, **(asked | larger), Body=b"x") == code
    assert code_of(s3.create_multipart_upload, **(asked | larger)) == code
