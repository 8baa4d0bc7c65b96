"""Decisions of policies."""

from typing import Any

import pytest

from studio.aws.policies import Decision, Request, decide

ROLE = "arn:aws:iam::123456789012:role/studio-user-alice"
REQUEST = Request(
    action="sts:GetCallerIdentity",
    principal=ROLE,
    resource="arn:aws:sts:us-east-1:123456789012:any",
    keys={"aws:PrincipalAccount": "123456789012", "aws:SourceVpc": "vpc-1"},
)
ANY: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
DENY = {**ANY, "Effect": "Deny"}
UNKNOWN = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([], Decision.DENIED),
        ([ANY], Decision.ALLOWED),
        ([ANY, DENY], Decision.DENIED),
        ([ANY | {"Action": "STS:Get*"}], Decision.ALLOWED),
        ([ANY | {"Action": ["s3:*", "sts:AssumeRole"]}], Decision.DENIED),
        ([{"Effect": "Allow", "Principal": "*", "NotAction": "s3:*"}], Decision.ALLOWED),
        ([{"Effect": "Allow", "Principal": "*", "NotAction": "sts:*"}], Decision.DENIED),
        ([ANY | {"Resource": "arn:aws:sts:*:123456789012:*"}], Decision.ALLOWED),
        ([ANY | {"Resource": "arn:aws:sts:*:999999999999:*"}], Decision.DENIED),
        ([ANY | {"Principal": {"AWS": "123456789012"}}], Decision.ALLOWED),
        ([ANY | {"Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}}], Decision.ALLOWED),
        ([ANY | {"Principal": {"AWS": "arn:aws:iam::999999999999:root"}}], Decision.DENIED),
        ([ANY | {"Principal": {"Service": "sagemaker.amazonaws.com"}}], Decision.DENIED),
        ([ANY | when("StringEquals", "aws:principalaccount", "123456789012")], Decision.ALLOWED),
        ([ANY | when("StringNotEquals", "aws:SourceVpc", "vpc-1")], Decision.DENIED),
        ([ANY | when("StringLikeIfExists", "aws:SourceVpc", "vpc-?")], Decision.ALLOWED),
        ([ANY | {"Condition": UNKNOWN}], Decision.DEPENDS),
        ([ANY, DENY | {"Condition": UNKNOWN}], Decision.DEPENDS),
        ([ANY | when("IpAddress", "aws:SourceVpc", "10.0.0.0/8")], Decision.DEPENDS),
    ],
)
def test_decide(statements: list[dict[str, Any]], decision: Decision) -> None:
    assert decide({"Version": "2012-10-17", "Statement": statements}, REQUEST) is decision


def test_decide_for_a_trust_policy() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    request = Request(action="sts:AssumeRole", principal="sagemaker.amazonaws.com", resource=ROLE)
    assert decide({"Statement": trust}, request) is Decision.ALLOWED
