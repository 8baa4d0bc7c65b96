"""The permissions of S3's operations, and bucket policies."""

from typing import Any

import pytest

from studio_emulator.authorization.s3 import permissions
from studio_emulator.call import Call
from studio_emulator.server import Emulator
from tests.emulator.authorization.conftest import required
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    ROOT,
    allow,
    client_with,
    create_key,
    create_user,
    document,
    encrypt_bucket,
    grant,
    refusal,
    refused,
)


def test_bucket_policy_grants_access(aws: Emulator, s3: Any) -> None:
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"x")
    nobody = client_with(aws, "s3", create_user(aws, "bob"))
    assert refusal(nobody.get_object, Bucket="a-bucket", Key="k")[0] == "AccessDenied"
    assert refusal(nobody.get_object, Bucket="no-bucket", Key="k")[0] == "NoSuchBucket"
    named = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}
    granted = grant(named, "s3:GetObject", Resource="arn:aws:s3:::a-bucket/*")
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(granted))
    assert nobody.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"x"
    everybody = granted | {"Effect": "Deny", "Principal": {"AWS": ACCOUNT}}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(granted, everybody))
    assert refusal(nobody.get_object, Bucket="a-bucket", Key="k")[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("principals", "denied"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": ROOT}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}}, False),
        ({"NotPrincipal": ROOT}, False),
        ({"NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}}, True),
        ({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
        ({"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*:root"}}}, True),
    ],
)
def test_bucket_policy_denies_the_root_user(
    aws: Emulator, s3: Any, principals: dict[str, Any], denied: bool
) -> None:
    create_user(aws, "bob")
    resources = ["arn:aws:s3:::a-bucket", "arn:aws:s3:::a-bucket/*"]
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": resources} | principals
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(deny))
    put = {"Bucket": "a-bucket", "Key": "k", "Body": b"x"}
    if denied:
        refused("AccessDenied", "in a resource-based policy", s3.put_object, **put)
        assert refusal(s3.list_objects_v2, Bucket="a-bucket")[0] == "AccessDenied"
        s3.delete_bucket_policy(Bucket="a-bucket")
    s3.put_object(**put)


DATA = "arn:aws:s3:::a-bucket"


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
        (
            "CreateBucket",
            {
                "Bucket": "new",
                "ACL": "public-read",
                "ObjectOwnership": "ObjectWriter",
                "ObjectLockEnabledForBucket": True,
            },
            [
                f"s3:{action} arn:aws:s3:::new"
                for action in (
                    "CreateBucket",
                    "PutBucketAcl",
                    "PutBucketOwnershipControls",
                    "PutBucketObjectLockConfiguration",
                    "PutBucketVersioning",
                )
            ],
        ),
        (
            "CreateBucket",
            {"Bucket": "new", "ACL": "private", "ObjectLockEnabledForBucket": False},
            ["s3:CreateBucket arn:aws:s3:::new"],
        ),
        ("HeadBucket", {"Bucket": "a-bucket"}, [f"s3:ListBucket {DATA}"]),
        ("DeleteBucketCors", {"Bucket": "a-bucket"}, [f"s3:PutBucketCORS {DATA}"]),
        (
            "GetObject",
            {"Bucket": "a-bucket", "Key": "none"},
            [f"s3:GetObject {DATA}/none", f"s3:ListBucket {DATA}"],
        ),
        *(
            (operation, {"Bucket": "a-bucket", "Key": "held", "VersionId": "1"}, actions)
            for operation, actions in {
                "DeleteObject": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
                "GetObject": ["s3:GetObjectVersion"],
                "GetObjectAcl": ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
                "GetObjectAttributes": ["s3:GetObjectVersionAttributes", "s3:GetObjectVersion"],
                "GetObjectLegalHold": ["s3:GetObjectLegalHold"],
                "HeadObject": ["s3:GetObjectVersion"],
                "PutObjectTagging": ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
            }.items()
        ),
        *(
            (operation, {"Bucket": "a-bucket", "Key": "held", **asked}, actions)
            for operation, asked, actions in [
                (
                    "CopyObject",
                    {"CopySource": "a-bucket/held?versionId=1"},
                    ["s3:PutObject", "s3:GetObjectVersion"],
                ),
                (
                    "CreateMultipartUpload",
                    {"Tagging": "a=b"},
                    ["s3:PutObject", "s3:PutObjectTagging"],
                ),
                ("GetObjectAttributes", {}, ["s3:GetObjectAttributes", "s3:GetObject"]),
                ("PutObject", {}, ["s3:PutObject"]),
                ("PutObject", {"ACL": "private"}, ["s3:PutObject", "s3:PutObjectAcl"]),
                ("PutObject", {"GrantRead": "id=1"}, ["s3:PutObject", "s3:PutObjectAcl"]),
            ]
        ),
    ],
)
def test_actions_and_resources(
    s3: Any, call: Call, operation: str, params: dict[str, Any], expected: list[str]
) -> None:
    s3.put_object(Bucket="a-bucket", Key="held")
    assert required("", permissions(operation, params, call), call) == [
        each if " " in each else f"{each} {DATA}/held" for each in expected
    ]


VIA = f"s3.{REGION}.amazonaws.com"
SOURCE = {"CopySource": "a-bucket/a%20b"}
UPLOAD = {"UploadId": "1"}


@pytest.mark.parametrize(
    ("operation", "params", "by_default", "bucket_key", "expected"),
    [
        ("PutObject", {}, False, False, []),
        ("PutObject", {"SSEKMSKeyId": "KEY"}, False, False, ["GenerateDataKey a b"]),
        ("PutObject", {"ServerSideEncryption": "AES256"}, True, False, []),
        ("PutObject", {"ServerSideEncryption": "aws:kms"}, False, False, []),
        ("PutObject", {"ServerSideEncryption": "aws:kms"}, True, False, []),
        ("PutObject", {}, True, False, ["GenerateDataKey a b"]),
        ("PutObject", {}, True, True, ["GenerateDataKey"]),
        ("PutObject", {"BucketKeyEnabled": False}, True, True, ["GenerateDataKey a b"]),
        ("PutObject", {"SSEKMSKeyId": "alias/aws/s3"}, False, False, []),
        ("CreateMultipartUpload", {}, True, False, ["GenerateDataKey a b"]),
        ("UploadPart", UPLOAD, True, False, ["Decrypt a b"]),
        ("CompleteMultipartUpload", UPLOAD, True, True, ["Decrypt"]),
        ("UploadPart", {"UploadId": "2"}, True, False, []),
        ("GetObject", {}, False, False, []),
        ("GetObject", {}, True, False, ["Decrypt a b"]),
        ("GetObject", {}, True, True, ["Decrypt"]),
        ("HeadObject", {}, True, False, []),
        ("HeadObject", {"ChecksumMode": "ENABLED"}, True, False, ["Decrypt a b"]),
        ("CopyObject", SOURCE, True, False, ["GenerateDataKey a b", "Decrypt a b"]),
        ("DeleteObject", {}, True, False, []),
    ],
)
def test_use_of_the_key_that_encrypts_an_object(
    aws: Emulator,
    s3: Any,
    call: Call,
    operation: str,
    params: dict[str, Any],
    by_default: bool,
    bucket_key: bool,
    expected: list[str],
) -> None:
    key = create_key(aws)
    if by_default:
        encrypt_bucket(s3, key, bucket_key=bucket_key)
    s3.put_object(Bucket="a-bucket", Key="a b", Body=b"x")
    made = s3.create_multipart_upload(Bucket="a-bucket", Key="a b")
    asked = {"Bucket": "a-bucket", "Key": "a b", **params}
    if params == UPLOAD:
        asked["UploadId"] = made["UploadId"]
    if "SSEKMSKeyId" in params:
        named = key if params["SSEKMSKeyId"] == "KEY" else params["SSEKMSKeyId"]
        asked |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": named}
    used = [one for one in permissions(operation, asked, call) if one.action.startswith("kms:")]
    assert {one.context["kms:ViaService"] for one in used} <= {VIA}
    assert [
        one.action.removeprefix("kms:")
        + one.context["kms:EncryptionContext:aws:s3:arn"].removeprefix(DATA).replace("/", " ")
        for one in used
    ] == expected


@pytest.mark.parametrize("named", ["alice", "root"])
def test_policy_of_the_key_of_an_object(aws: Emulator, s3: Any, named: str) -> None:
    keys = {
        "alice": create_user(aws, "alice", allow("s3:*")),
        "root": create_user(aws, "bob", allow("s3:*", "kms:Decrypt", "kms:GenerateDataKey")),
    }
    principals = {"alice": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}, "root": ROOT}
    policy = document(grant(principals[named], "kms:*", Resource="*"))
    encrypt_bucket(s3, create_key(aws, Policy=policy, BypassPolicyLockoutSafetyCheck=True))
    asked = {"Bucket": "a-bucket", "Key": "k"}
    for user, key in keys.items():
        put = client_with(aws, "s3", key).put_object
        if user == named:
            put(**asked)
            assert client_with(aws, "s3", key).get_object(**asked)
        else:
            refused("AccessDenied", "perform: kms:GenerateDataKey", put, **asked)


def test_copy_obeys_the_policy_of_the_source(s3: Any) -> None:
    asked = {"Bucket": "b-bucket", "CopySource": "a-bucket/old"}
    s3.create_bucket(Bucket="b-bucket")
    s3.put_object(Bucket="a-bucket", Key="old", Body=b"x")
    deny = grant("*", "s3:GetObject", Resource=f"{DATA}/*") | {"Effect": "Deny"}
    s3.put_bucket_policy(Bucket="a-bucket", Policy=document(deny))
    refused("AccessDenied", "s3:GetObject on resource", s3.copy_object, Key="new", **asked)


def test_delete_objects_returns_an_error_for_each_denied_object(aws: Emulator, s3: Any) -> None:
    named = {"Bucket": "a-bucket"}
    for key in ("own/a", "own/b", "other/a"):
        s3.put_object(**named, Key=key)
    own = allow("s3:DeleteObject", resource=f"{DATA}/own/*")
    alice = client_with(aws, "s3", create_user(aws, "alice", own))

    def delete(client: Any, *objects: dict[str, str], quiet: bool = False) -> tuple[list[str], Any]:
        answer = client.delete_objects(**named, Delete={"Objects": objects, "Quiet": quiet})
        return [one["Key"] for one in answer.get("Deleted", [])], answer.get("Errors", [])

    version = {"Key": "own/a", "VersionId": "null"}
    deleted, errors = delete(alice, version, {"Key": "own/b"}, {"Key": "other/a"})
    assert (deleted, [one["Code"] for one in errors]) == (["own/b"], ["AccessDenied"] * 2)
    assert [one.pop("Message").split()[7] for one in errors] == [
        "s3:DeleteObjectVersion",
        "s3:DeleteObject",
    ]
    assert [{k: one[k] for k in one if k != "Code"} for one in errors] == [
        version,
        {"Key": "other/a"},
    ]
    assert delete(alice, {"Key": "own/a"}, {"Key": "own/none"}, quiet=True) == ([], [])
    assert [one["Key"] for one in s3.list_objects_v2(**named)["Contents"]] == ["other/a"]
    deny = grant(ROOT, "s3:DeleteObject", Resource=f"{DATA}/other/*") | {"Effect": "Deny"}
    s3.put_bucket_policy(**named, Policy=document(deny))
    deleted, errors = delete(s3, {"Key": "other/a"}, {"Key": "third"})
    assert (deleted, [one["Key"] for one in errors]) == (["third"], ["other/a"])


@pytest.mark.usefixtures("s3")
def test_condition_keys(call: Call) -> None:
    asked = {"Bucket": "a-bucket", "Prefix": "lab/", "MaxKeys": 5}
    (listing,) = permissions("ListObjectsV2", asked, call)
    keys = {"s3:prefix": "lab/", "s3:max-keys": 5, "aws:ResourceAccount": ACCOUNT}
    assert listing.context == keys
