"""What the doctor reads in a trust policy is what the emulator's IAM decides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from settings import UserError
from studio.doctor.trust import trusts
from studio_emulator import iam
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, document, make_role, trust

SOURCE = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:domain/d-1"
REQUEST = {"aws:SourceArn": SOURCE, "aws:SourceAccount": ACCOUNT}
OURS = {"ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:*"}}
OTHERS = {"ArnLike": {"aws:SourceArn": "arn:aws:sagemaker:us-east-1:999999999999:*"}}
BOTH = ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]


@pytest.mark.parametrize(
    ("statements", "trusted"),
    [
        ([trust()], True),
        ([trust("ec2.amazonaws.com")], False),
        ([trust(Principal={"Service": BOTH})], True),
        ([trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], False),
        ([trust(Principal="*")], True),
        ([trust(Action="sts:*")], True),
        ([trust(Action=["sts:TagSession", "STS:assumerole"])], True),
        ([trust(Action="sts:SetSourceIdentity")], False),
        ([trust(Condition=OURS)], True),
        ([trust(Condition=OTHERS)], False),
        ([trust(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})], True),
        ([trust(Condition={"StringEqualsIfExists": {"AWS:sourceaccount": "9"}})], False),
        ([trust(Condition={"StringEquals": {"aws:SourceArn": "arn:aws:sagemaker:*"}})], False),
        ([trust(Condition={"StringLike": {"aws:SourceArn": ["x", "arn:*:d-?"]}})], False),
        ([trust(Condition={"StringLike": {"aws:SourceArn": ["x", "arn:*/d-?"]}})], True),
        ([trust(Condition={**OURS, "StringEquals": {"aws:SourceAccount": "9"}})], False),
        ([trust(), trust(Effect="Deny")], False),
        ([trust(), trust(Effect="Deny", Condition=OTHERS)], True),
        ([trust("ec2.amazonaws.com"), trust()], True),
    ],
)
def test_as_iam_decides(aws: Emulator, statements: list[dict[str, Any]], trusted: bool) -> None:
    arn = make_role(aws, "one")
    # moto takes no other principals than it knows when it creates a role.
    role = iam.role_named(ACCOUNT, arn)
    assert role is not None
    role.assume_role_policy_document = document(*statements)
    decided = iam.trusts(role, "sagemaker.amazonaws.com", context=dict(REQUEST))
    assert decided is trusted
    assert trusts(json.loads(document(*statements)), "sts:AssumeRole", REQUEST) is trusted


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}},
    ],
)
def test_what_cannot_be_judged_is_said(condition: dict[str, Any]) -> None:
    policy = json.loads(document(trust(Condition=condition)))
    with pytest.raises(UserError, match="not judged here"):
        trusts(policy, "sts:AssumeRole", REQUEST)


def test_one_statement_may_stand_without_a_list() -> None:
    assert trusts({"Statement": trust()}, "sts:AssumeRole", REQUEST)
