"""Policy documents: which statements apply to a request, and what they decide together."""

from typing import Any

import pytest

from studio_emulator import iam
from studio_emulator.iam.policy import granting
from studio_emulator.moto_internals import Role
from tests.emulator.samples import ACCOUNT, document, trust

REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/studio/slim"
BOB, OWNER = (f"arn:aws:iam::{ACCOUNT}:{who}" for who in ("user/bob", "root"))
IMAGE = "arn:aws:sagemaker:us-east-1:123456789012:image/slim"


def allow(action: Any = "ecr:BatchGetImage", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(**more: Any) -> dict[str, Any]:
    return {**allow(**more), "Effect": "Deny"}


def role_of(*statements: dict[str, Any], trusts: dict[str, Any] | None = None) -> Role:
    role = Role(
        ACCOUNT, "aws", "AROAEXAMPLE", "reader", document(trusts or trust()), "/", None, "", {}, ""
    )
    role.policies["all"] = document(*statements)
    return role


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([allow()], True),
        ([allow("ECR:batchgetIMAGE")], True),
        ([allow(["ecr:Get*", "ecr:Batch?etImage"])], True),
        ([allow("ecr:Get*")], False),
        ([allow("*")], True),
        ([allow(resource=REPOSITORY)], True),
        ([allow(resource="arn:aws:ecr:*:*:repository/studio/*")], True),
        ([allow(resource="arn:aws:ecr:*:*:repository/other/*")], False),
        ([allow(resource="arn:aws:ecr:us-east-1:*")], False),
        ([allow(resource=["arn:aws:s3:::bucket", "arn:aws:ecr:*:*:*"])], True),
        ([allow(resource="arn:aws:ecr:*:${aws:PrincipalAccount}:repository/*")], True),
        ([allow(resource="arn:aws:ecr:*:*:repository/${aws:PrincipalTag/team}")], False),
        ([allow(resource="arn:aws:ecr:*:*:repository/${aws:PrincipalTag/x, 'studio'}/*")], True),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], True),
        ([{"Effect": "Allow", "NotAction": "ecr:*", "Resource": "*"}], False),
        ([{"Effect": "Allow", "Action": "*", "NotResource": REPOSITORY}], False),
        ([allow(), deny()], False),
        ([allow(), deny(action="ecr:PutImage")], True),
        ([allow(), deny(Condition={"StringEquals": {"aws:PrincipalAccount": "1"}})], True),
        ([allow(), deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": "1"}})], False),
    ],
)
def test_statements_decide(statements: list[dict[str, Any]], allowed: bool) -> None:
    assert iam.allows(role_of(*statements), "ecr:BatchGetImage", REPOSITORY) is allowed


@pytest.mark.parametrize(
    ("exempt", "denied"), [([], True), ([BOB], True), ([OWNER], True), ([BOB, OWNER], False)]
)
def test_deny_exempts_an_identity_with_its_account(exempt: list[str], denied: bool) -> None:
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": exempt}, "Action": "s3:*"}
    found = granting([statement], {BOB, ACCOUNT, OWNER}, "s3:GetObject", {})
    assert list(found) == [statement] * denied


CONFUSED_DEPUTY = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:*"},
}


@pytest.mark.parametrize(
    ("trusted", "can"),
    [
        (trust(), True),
        (trust("sagemaker.amazonaws.com.cn"), True),
        (trust("ec2.amazonaws.com"), False),
        (trust(Condition=CONFUSED_DEPUTY), True),
        (trust(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}), False),
        (trust(Condition={"ArnLike": {"aws:SourceArn": f"{IMAGE}/other"}}), False),
        (trust(Principal={"AWS": "*"}), False),
        (trust(Principal={"Service": ["ssm.amazonaws.com", "sagemaker.amazonaws.com"]}), True),
        (trust(Effect="Deny"), False),
        (trust(Action=["sts:TagSession"]), False),
    ],
)
def test_trust_policies(trusted: dict[str, Any], can: bool) -> None:
    context: iam.Context = {"aws:SourceArn": IMAGE}
    role = role_of(trusts=trusted)
    assert iam.trusts(role, "sagemaker.amazonaws.com", context=context) is can
