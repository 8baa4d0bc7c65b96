"""S3: names, owners, defaults and ACLs of buckets; which bucket policies are valid."""

from typing import Any

import pytest
from botocore import xform_name
from botocore.handlers import validate_bucket_name

from studio_emulator.moto_internals import s3_backends
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import Raw
from tests.emulator.samples import (
    ACCOUNT,
    ROOT,
    code_of,
    document,
    encrypt_bucket,
    grant,
    refusal,
    signed,
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
    assert code_of(s3.create_bucket, Bucket="a-bucket") == "BucketAlreadyExists"


def test_expected_bucket_owner_must_match(s3: Any) -> None:
    s3.head_bucket(Bucket="a-bucket", ExpectedBucketOwner="123456789012")
    other = {"ExpectedBucketOwner": "111111111111"}
    assert code_of(s3.head_bucket, Bucket="a-bucket", **other) == "403"


def test_a_request_for_a_bucket_of_another_region_is_redirected(aws: Emulator) -> None:
    there, here = aws.client("s3", region="eu-west-1"), aws.client("s3")
    at_home = {"LocationConstraint": "eu-west-1"}
    there.create_bucket(Bucket="team-eu", CreateBucketConfiguration=at_home)
    for region, status in (("us-east-1", 301), ("eu-west-1", 200)):
        reply = Raw(aws.endpoint_url)("GET", "/team-eu", b"", **signed("s3", region))
        assert reply.status == status
        assert reply.headers.get("x-amz-bucket-region", "eu-west-1") == "eu-west-1"
        assert (b"<Code>PermanentRedirect</Code>" in reply.body) == (status == 301)
    # boto3 sends the request again, signed for the region of the response, which it remembers.
    here.put_object(Bucket="team-eu", Key="k", Body=b"x")
    assert here.head_bucket(Bucket="team-eu")["BucketRegion"] == "eu-west-1"
    assert here.get_bucket_location(Bucket="team-eu")["LocationConstraint"] == "eu-west-1"
    assert there.get_object(Bucket="team-eu", Key="k")["Body"].read() == b"x"


def test_default_encryption_names_a_key_only_with_kms(s3: Any) -> None:
    by_default = {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "alias/studio"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default}]}
    put = {"Bucket": "a-bucket", "ServerSideEncryptionConfiguration": rules}
    assert code_of(s3.put_bucket_encryption, **put) == "InvalidArgument"


def test_new_bucket_is_encrypted(s3: Any) -> None:
    shown = s3.get_bucket_encryption(Bucket="a-bucket")["ServerSideEncryptionConfiguration"]
    (rule,) = shown["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    s3.put_object(Bucket="a-bucket", Key="x", Body=b"1")
    assert s3.head_object(Bucket="a-bucket", Key="x")["ServerSideEncryption"] == "AES256"
    encrypt_bucket(s3)
    s3.put_object(Bucket="a-bucket", Key="y", Body=b"1")
    assert s3.head_object(Bucket="a-bucket", Key="y")["ServerSideEncryption"] == "aws:kms"


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
    writer, public = {"ObjectOwnership": "ObjectWriter"}, {"ACL": "public-read"}
    code = code_of(s3.create_bucket, Bucket="b-bucket", **public, **writer)
    assert code == "InvalidBucketAclWithBlockPublicAccessError"
    s3.create_bucket(Bucket="b-bucket", **writer)
    s3.put_bucket_acl(Bucket="b-bucket", ACL="private")
    put = {"Bucket": "b-bucket", "Key": "x"}
    s3.put_object(**put)
    for call, named in ((s3.put_bucket_acl, {"Bucket": "b-bucket"}), (s3.put_object_acl, put)):
        assert code_of(call, **named, **public) == "AccessDenied"
    assert code_of(s3.put_object, **put, **public) == "AccessDenied"
    s3.delete_public_access_block(Bucket="b-bucket")
    s3.put_bucket_acl(Bucket="b-bucket", **public)


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
    assert code_of(s3.create_bucket, Bucket=name) == ("" if is_one else "InvalidBucketName")


@pytest.mark.parametrize(
    "policy",
    [
        "{}",
        "no JSON",
        document({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a-bucket"}),
        document(grant(ROOT, "s3:GetObject", Resource="arn:aws:s3:::another/*")),
        document(grant(ROOT, "s3:GetObject", Resource="*")),
        document(grant(ROOT, "s3:GetObject")),
        document(grant(ROOT, "ec2:RunInstances", Resource=OBJECTS)),
        document({"Effect": "Deny", "Principal": "*", "Resource": OBJECTS}),
        document({"Principal": "*", "Action": "s3:*", "Resource": OBJECTS}),
        document(grant({"AWS": "alice"}, "s3:GetObject", Resource=OBJECTS)),
        document(grant(ROOT, "s3:GetObject", Resource=OBJECTS, Condition={"StringLiek": {}})),
        document(grant(ROOT, "s3:GetObject", Resource=OBJECTS, Condition=[{}])),
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
    ("operation", "params"),
    [
        ("DeleteObjectAnnotation", {"Key": "k", "AnnotationName": "1"}),
        ("GetObjectRetention", {"Key": "k"}),
        ("PutBucketRequestPayment", {"RequestPaymentConfiguration": {"Payer": "Requester"}}),
    ],
)
def test_operation_that_moto_does_not_have(s3: Any, operation: str, params: dict[str, Any]) -> None:
    s3.put_object(Bucket="a-bucket", Key="k")
    call = getattr(s3, xform_name(operation))
    code, message = refusal(call, Bucket="a-bucket", **params)
    assert (code, operation in message, "\n" in message) == ("MethodNotAllowed", True, False)
    assert s3.head_object(Bucket="a-bucket", Key="k")
    assert s3.get_bucket_request_payment(Bucket="a-bucket")["Payer"] == "BucketOwner"
