"""S3: names, owners, defaults and ACLs of buckets; which bucket policies are valid."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.handlers import validate_bucket_name

from studio_emulator.moto_internals import s3_backends
from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    ROOT,
    code_of,
    document,
    grant,
    refusal,
    refused_once,
)

OBJECTS = "arn:aws:s3:::a-bucket/*"


def test_bucket_whose_owner_is_another_account_is_denied(aws: Emulator) -> None:
    s3_backends["111111111111"]["aws"].create_bucket("a-bucket", "us-east-1")
    s3 = aws.client("s3")
    for call, params in (
        (s3.head_bucket, {}),
        (s3.list_objects_v2, {}),
        (s3.get_bucket_policy, {}),
        (s3.put_bucket_policy, {"Policy": "{}"}),
        (s3.put_bucket_acl, {"ACL": "private"}),
        (s3.put_object, {"Key": "x", "Body": b"1"}),
        (s3.get_object, {"Key": "x"}),
    ):
        assert code_of(call, Bucket="a-bucket", **params) in ("403", "AccessDenied")
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        s3.create_bucket(Bucket="a-bucket")


def test_expected_bucket_owner_must_match(s3: Any) -> None:
    s3.head_bucket(Bucket="a-bucket", ExpectedBucketOwner="123456789012")
    with pytest.raises(ClientError, match="403"):
        s3.head_bucket(Bucket="a-bucket", ExpectedBucketOwner="111111111111")


def encryption(s3: Any) -> str:
    answer = s3.get_bucket_encryption(Bucket="a-bucket")
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    return str(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])


def test_new_bucket_is_encrypted(s3: Any) -> None:
    assert encryption(s3) == "AES256"
    s3.put_object(Bucket="a-bucket", Key="x", Body=b"1")
    assert s3.head_object(Bucket="a-bucket", Key="x")["ServerSideEncryption"] == "AES256"
    by_kms = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(
        Bucket="a-bucket", ServerSideEncryptionConfiguration={"Rules": [by_kms]}
    )
    s3.put_object(Bucket="a-bucket", Key="y", Body=b"1")
    assert s3.head_object(Bucket="a-bucket", Key="y")["ServerSideEncryption"] == "aws:kms"
    s3.delete_bucket_encryption(Bucket="a-bucket")
    assert encryption(s3) == "AES256"


def test_new_bucket_blocks_public_policies(s3: Any) -> None:
    block = s3.get_public_access_block(Bucket="a-bucket")["PublicAccessBlockConfiguration"]
    assert (len(block), set(block.values())) == (4, {True})
    everybody = grant("*", "s3:GetObject", Resource=OBJECTS)
    narrow = {"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-0a"}}}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(everybody | narrow))
    public = document(everybody)
    code, message = refusal(s3.put_bucket_policy, Bucket="a-bucket", Policy=public)
    assert (code, "BlockPublicPolicy" in message) == ("AccessDenied", True)
    s3.delete_public_access_block(Bucket="a-bucket")
    s3.put_bucket_policy(Bucket="a-bucket", Policy=public)


def test_new_bucket_refuses_acls(s3: Any) -> None:
    rules = s3.get_bucket_ownership_controls(Bucket="a-bucket")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    s3.put_object(Bucket="a-bucket", Key="x", Body=b"1")
    for call, key in ((s3.put_bucket_acl, {}), (s3.put_object_acl, {"Key": "x"})):
        code = code_of(call, Bucket="a-bucket", **key, ACL="public-read")
        assert code == "AccessControlListNotSupported"
    for access in ({"ACL": "public-read"}, {"GrantRead": f"id={ACCOUNT}"}):
        code = code_of(s3.create_bucket, Bucket="b-bucket", **access)
        assert code == "InvalidBucketAclWithObjectOwnership"
    s3.create_bucket(Bucket="b-bucket", ACL="public-read", ObjectOwnership="ObjectWriter")
    s3.put_bucket_acl(Bucket="b-bucket", ACL="private")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a.bucket-1", True),
        ("aa", False),
        ("A-bucket", False),
        ("a_bucket", False),
        ("-bucket", False),
        ("a..bucket", False),
        ("192.168.5.4", False),
        ("xn--bucket", False),
        ("bucket-s3alias", False),
        ("x" * 64, False),
    ],
)
def test_names_of_buckets(
    aws: Emulator, name: str, is_one: bool, request: pytest.FixtureRequest
) -> None:
    s3 = aws.client("s3")
    # boto3 refuses invalid names itself.
    check = ("before-parameter-build.s3", validate_bucket_name)
    s3.meta.events.unregister(*check)
    request.addfinalizer(lambda: s3.meta.events.register(*check))
    if is_one:
        s3.create_bucket(Bucket=name)
    else:
        assert refusal(s3.create_bucket, Bucket=name)[0] == "InvalidBucketName"


@pytest.mark.parametrize(
    "policy",
    [
        "{}",
        "no JSON",
        document({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a-bucket"}),
        document(grant(ROOT, "s3:GetObject", Resource="arn:aws:s3:::another/*")),
        document(grant(ROOT, "s3:GetObject", Resource="*")),
        document(grant(ROOT, "s3:GetObject")),
        *(
            document(grant(who, "s3:GetObject", Resource=where))
            for named in (5, [5], {"a": "b"})
            for who, where in (({"AWS": named}, "arn:aws:s3:::other/*"), (ROOT, named))
        ),
    ],
)
def test_malformed_bucket_policies(s3: Any, policy: str) -> None:
    assert refusal(s3.put_bucket_policy, Bucket="a-bucket", Policy=policy)[0] == "MalformedPolicy"


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
        if code:
            assert code_of(create, Bucket="a-bucket", Key="x", **body, **access) == code
        else:
            create(Bucket="a-bucket", Key="x", **body, **access)


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


def test_one_of_several_clients_creates_an_object(aws: Emulator, s3: Any) -> None:
    clients, key = [aws.client("s3") for _ in range(8)], {"Bucket": "a-bucket", "Key": "k"}
    together = Barrier(len(clients))

    def put(number: int) -> str:
        together.wait()
        try:
            clients[number].put_object(**key, Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
        return ""

    with ThreadPoolExecutor(len(clients)) as pool:
        for _ in range(3):
            codes = list(pool.map(put, range(len(clients))))
            assert sorted(codes) == ["", *["PreconditionFailed"] * 7]
            assert codes[int(s3.get_object(**key)["Body"].read())] == ""
            s3.delete_object(**key)


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
        if code := if_held if held else if_absent:
            assert code_of(write, Bucket="a-bucket", Key="k", **more, **condition) == code
        else:
            write(Bucket="a-bucket", Key="k", **more, **condition)


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


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("DeleteBucketMetricsConfiguration", {"Id": "1"}),
        ("DeleteObjectAnnotation", {"Key": "k", "AnnotationName": "1"}),
        ("GetBucketAbac", {}),
        ("GetObjectRetention", {"Key": "k"}),
        ("GetObjectTorrent", {"Key": "k"}),
        ("ListObjectAnnotations", {"Key": "k"}),
        ("PutBucketRequestPayment", {"RequestPaymentConfiguration": {"Payer": "Requester"}}),
        (
            "PutObjectAnnotation",
            {"Key": "k", "AnnotationName": "1", "AnnotationPayload": b"x"},
        ),
    ],
)
def test_operation_that_moto_does_not_have(s3: Any, operation: str, params: dict[str, Any]) -> None:
    s3.put_object(Bucket="a-bucket", Key="k")
    call = getattr(s3, xform_name(operation))
    code, message = refusal(call, Bucket="a-bucket", **params)
    assert (code, operation in message, "\n" in message) == ("MethodNotAllowed", True, False)
    assert s3.head_object(Bucket="a-bucket", Key="k")
    assert s3.get_bucket_request_payment(Bucket="a-bucket")["Payer"] == "BucketOwner"


def test_delete_objects_takes_1000_keys(s3: Any) -> None:
    objects = [{"Key": str(number)} for number in range(1001)]
    assert s3.delete_objects(Bucket="a-bucket", Delete={"Objects": objects[1:]})["Deleted"]
    code = code_of(s3.delete_objects, Bucket="a-bucket", Delete={"Objects": objects})
    assert code == "MalformedXML"
