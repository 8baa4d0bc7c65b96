"""The permissions of S3's operations, and bucket policies."""

from typing import Any

import pytest

from studio_emulator.authorization.s3 import permissions
from studio_emulator.call import Call
from studio_emulator.server import Emulator
from tests.emulator.authorization.required import required
from tests.emulator.samples import (
    ACCOUNT,
    ROOT,
    client_with,
    create_user,
    document,
    grant,
    refusal,
)


def test_bucket_policy_grants_access(aws: Emulator) -> None:
    root = aws.client("s3")
    root.create_bucket(Bucket="team-data")
    root.put_object(Bucket="team-data", Key="k", Body=b"x")
    nobody = client_with(aws, "s3", create_user(aws, "bob"))
    assert refusal(nobody.get_object, Bucket="team-data", Key="k")[0] == "AccessDenied"
    assert refusal(nobody.get_object, Bucket="no-team-data", Key="k")[0] == "NoSuchBucket"
    named = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}
    granted = grant(named, "s3:GetObject", Resource="arn:aws:s3:::team-data/*")
    root.put_bucket_policy(Bucket="team-data", Policy=document(granted))
    assert nobody.get_object(Bucket="team-data", Key="k")["Body"].read() == b"x"
    everybody = granted | {"Effect": "Deny", "Principal": {"AWS": ACCOUNT}}
    root.put_bucket_policy(Bucket="team-data", Policy=document(granted, everybody))
    assert refusal(nobody.get_object, Bucket="team-data", Key="k")[0] == "AccessDenied"


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
    aws: Emulator, principals: dict[str, Any], denied: bool
) -> None:
    create_user(aws, "bob")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="team-data")
    resources = ["arn:aws:s3:::team-data", "arn:aws:s3:::team-data/*"]
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": resources} | principals
    s3.put_bucket_policy(Bucket="team-data", Policy=document(deny))
    put = {"Bucket": "team-data", "Key": "k", "Body": b"x"}
    if denied:
        code, message = refusal(s3.put_object, **put)
        assert (code, "in a resource-based policy" in message) == ("AccessDenied", True)
        assert refusal(s3.list_objects_v2, Bucket="team-data")[0] == "AccessDenied"
        s3.delete_bucket_policy(Bucket="team-data")
    s3.put_object(**put)


DATA = "arn:aws:s3:::team-data"


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
        ("HeadBucket", {"Bucket": "team-data"}, [f"s3:ListBucket {DATA}"]),
        (
            "GetObject",
            {"Bucket": "team-data", "Key": "none"},
            [f"s3:GetObject {DATA}/none", f"s3:ListBucket {DATA}"],
        ),
        (
            "CreateMultipartUpload",
            {"Bucket": "team-data", "Key": "a"},
            [f"s3:PutObject {DATA}/a"],
        ),
        (
            "DeleteObjects",
            {"Bucket": "team-data", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}]}},
            [f"s3:DeleteObject {DATA}/a", f"s3:DeleteObject {DATA}/b"],
        ),
    ],
)
def test_actions_and_resources(
    aws: Emulator, call: Call, operation: str, params: dict[str, Any], expected: list[str]
) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    assert required(permissions(operation, params, call)) == expected


def test_condition_keys(aws: Emulator, call: Call) -> None:
    aws.client("s3").create_bucket(Bucket="team-data")
    asked = {"Bucket": "team-data", "Prefix": "lab/", "MaxKeys": 5}
    (listing,) = permissions("ListObjectsV2", asked, call)
    keys = {"s3:prefix": "lab/", "s3:max-keys": 5, "aws:ResourceAccount": ACCOUNT}
    assert listing.context == keys
