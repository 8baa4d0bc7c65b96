"""Conditions and policy variables."""

from typing import Any

import pytest

from studio_emulator import iam
from studio_emulator.iam.conditions import satisfied
from tests.emulator.samples import ACCOUNT


@pytest.mark.parametrize(
    ("operator", "key", "value", "holds"),
    [
        ("StringEquals", "aws:RequestTag/Owner", "alice", True),
        ("StringEquals", "AWS:requesttag/Owner", ["bob", "alice"], True),
        ("StringEquals", "aws:RequestTag/Owner", "ali*", False),
        ("StringEqualsIgnoreCase", "aws:RequestTag/Owner", "ALICE", True),
        ("StringLike", "aws:RequestTag/Owner", "ali*", True),
        ("StringLike", "aws:RequestTag/Owner", "${*}lice", False),
        ("StringNotEquals", "aws:RequestTag/Owner", "bob", True),
        ("StringNotEquals", "aws:RequestTag/Owner", ["bob", "alice"], False),
        ("StringNotLike", "aws:RequestTag/Owner", "a*", False),
        ("StringEquals", "aws:RequestTag/Missing", "x", False),
        ("StringNotEquals", "aws:RequestTag/Missing", "x", True),
        ("StringEqualsIfExists", "aws:RequestTag/Missing", "x", True),
        ("StringEqualsIfExists", "aws:RequestTag/Owner", "bob", False),
        ("StringEquals", "aws:RequestTag/Owner", "${aws:username}", True),
        ("StringEquals", "aws:RequestTag/Owner", "${aws:userid}", False),
        ("ArnLike", "aws:SourceArn", "arn:aws:sagemaker:*:123456789012:*", True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:sagemaker:*:999999999999:*", False),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:sagemaker:*:999999999999:*", True),
        ("Bool", "aws:SecureTransport", "true", True),
        ("Bool", "aws:SecureTransport", False, False),
        ("BoolIfExists", "ssm:SessionDocumentAccessCheck", "true", True),
        ("Null", "aws:TokenIssueTime", "true", True),
        ("Null", "aws:SecureTransport", True, False),
        ("NumericLessThanEquals", "s3:max-keys", 10, True),
        ("NumericGreaterThan", "s3:max-keys", "10", False),
        ("NumericEquals", "aws:RequestTag/Owner", "1", False),
        ("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z", True),
        ("DateGreaterThan", "aws:CurrentTime", "2030-01-01T00:00:00Z", False),
        ("IpAddress", "aws:SourceIp", "10.20.0.0/16", True),
        ("NotIpAddress", "aws:SourceIp", ["10.20.0.0/16"], False),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["Owner", "Team"], True),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["Owner"], False),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["Owner"], True),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["Cost"], False),
        ("ForAllValues:StringEquals", "aws:Missing", ["x"], True),
        ("ForAnyValue:StringEquals", "aws:Missing", ["x"], False),
        ("StringMadeUp", "aws:RequestTag/Owner", "alice", False),
        ("StringNotMadeUp", "aws:RequestTag/Owner", "bob", False),
        ("NotStringEquals", "aws:RequestTag/Owner", "bob", False),
        ("BoolNot", "aws:SecureTransport", "false", False),
        ("ForAnyValue:Null", "aws:TokenIssueTime", "true", False),
        ("ForEachValue:StringEquals", "aws:TagKeys", ["Owner"], False),
    ],
)
def test_condition_operators(operator: str, key: str, value: Any, holds: bool) -> None:
    context: iam.Context = {
        "aws:RequestTag/Owner": "alice",
        "aws:username": "alice",
        "aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:image/slim",
        "aws:SecureTransport": True,
        "aws:SourceIp": "10.20.3.4",
        "aws:CurrentTime": "2026-11-24T00:00:00Z",
        "aws:TagKeys": ["Owner", "Team"],
        "s3:max-keys": 10,
    }
    assert satisfied({operator: {key: value}}, context) is holds


def test_all_conditions_must_be_satisfied() -> None:
    both = {"StringEquals": {"a:x": "1", "a:y": "2"}}
    assert satisfied(both, {"a:x": "1", "a:y": "2"})
    assert not satisfied(both, {"a:x": "1", "a:y": "3"})


def test_variable_values_have_no_wildcards() -> None:
    block = {"StringLike": {"aws:TagKeys": "${aws:username}"}}
    assert not satisfied(block, {"aws:username": "*", "aws:TagKeys": "anything"})
    assert satisfied(block, {"aws:username": "*", "aws:TagKeys": "*"})
