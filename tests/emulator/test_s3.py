"""Whose bucket it is, and what its policy denies."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from studio_emulator.server import Emulator


def policy(effect: str, **condition: str) -> str:
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::a-bucket/*",
        "Condition": {"Bool": condition},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(("denied_when", "done"), [("true", False), ("false", True)])
def test_a_bucket_policy_holds_with_its_condition(
    aws: Emulator, denied_when: str, done: bool
) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="a-bucket")
    conditioned = policy("Deny", **{"aws:SecureTransport": denied_when})
    s3.put_bucket_policy(Bucket="a-bucket", Policy=conditioned)
    if done:
        s3.put_object(Bucket="a-bucket", Key="x", Body=b"1")
    else:
        with pytest.raises(ClientError, match="403"):
            s3.put_object(Bucket="a-bucket", Key="x", Body=b"1")


def test_a_bucket_of_another_account_is_denied(aws: Emulator) -> None:
    s3_backends["111111111111"]["aws"].create_bucket("a-bucket", "us-east-1")
    s3 = aws.client("s3")
    for call in (s3.head_bucket, s3.list_objects_v2, s3.get_bucket_policy):
        with pytest.raises(ClientError, match=r"403|AccessDenied"):
            call(Bucket="a-bucket")
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        s3.create_bucket(Bucket="a-bucket")


def test_the_owner_that_is_expected_has_to_be_the_owner(aws: Emulator) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="a-bucket")
    s3.head_bucket(Bucket="a-bucket", ExpectedBucketOwner="123456789012")
    with pytest.raises(ClientError, match="403"):
        s3.head_bucket(Bucket="a-bucket", ExpectedBucketOwner="111111111111")
