"""The evaluation of policies."""

from typing import Any

import pytest

from studio_emulator import iam
from studio_emulator.iam.conditions import satisfied
from studio_emulator.moto_internals import Role
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, document, make_role, refusal, trust

REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/studio/slim"
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


def held(arn: str) -> Role:
    role = iam.role_named(ACCOUNT, arn)
    assert role is not None
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
    ],
)
def test_condition_operators(operator: str, key: str, value: Any, holds: bool) -> None:
    context: iam.Context = {
        "aws:RequestTag/Owner": "alice",
        "aws:username": "alice",
        "aws:SourceArn": IMAGE,
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


def test_default_version_of_managed_policies_applies(aws: Emulator) -> None:
    client, arn = aws.client("iam"), make_role(aws, "reader")
    policy = client.create_policy(PolicyName="read", PolicyDocument=document(allow()))
    policy_arn = policy["Policy"]["Arn"]
    client.attach_role_policy(RoleName="reader", PolicyArn=policy_arn)
    assert iam.allows(held(arn), "ecr:BatchGetImage", REPOSITORY)
    client.create_policy_version(
        PolicyArn=policy_arn, PolicyDocument=document(allow("s3:GetObject")), SetAsDefault=True
    )
    assert not iam.allows(held(arn), "ecr:BatchGetImage", REPOSITORY)


def test_attaching_a_policy_twice_counts_once(aws: Emulator) -> None:
    client = aws.client("iam")
    make_role(aws, "reader")
    policy = client.create_policy(PolicyName="read", PolicyDocument=document(allow()))
    named = {"RoleName": "reader", "PolicyArn": policy["Policy"]["Arn"]}
    for _ in range(2):
        client.attach_role_policy(**named)
    found = client.get_policy(PolicyArn=named["PolicyArn"])
    assert found["Policy"]["AttachmentCount"] == 1
    code, _ = refusal(client.delete_policy, PolicyArn=named["PolicyArn"])
    assert code == "DeleteConflict"
    client.detach_role_policy(**named)
    client.delete_policy(PolicyArn=named["PolicyArn"])
    code, _ = refusal(client.attach_role_policy, **named)
    assert code == "NoSuchEntity"


def test_aws_managed_policy_reads_images(aws: Emulator) -> None:
    arn = make_role(aws, "reader")
    aws.client("iam").attach_role_policy(
        RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"
    )
    assert iam.allows(held(arn), "ecr:BatchGetImage", REPOSITORY)
    assert not iam.allows(held(arn), "iam:CreateUser", "*")


def test_permissions_boundary_limits_but_does_not_grant(aws: Emulator) -> None:
    client = aws.client("iam")
    boundary = client.create_policy(PolicyName="b", PolicyDocument=document(allow("ecr:*")))
    arn = make_role(aws, "reader", allow("s3:*"))
    client.put_role_permissions_boundary(
        RoleName="reader", PermissionsBoundary=boundary["Policy"]["Arn"]
    )
    assert not iam.allows(held(arn), "s3:GetObject", "arn:aws:s3:::b/k")
    assert not iam.allows(held(arn), "ecr:BatchGetImage", REPOSITORY)
    client.put_role_policy(
        RoleName="reader", PolicyName="more", PolicyDocument=document(allow("ecr:*"))
    )
    assert iam.allows(held(arn), "ecr:BatchGetImage", REPOSITORY)


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


def test_source_identity_needs_its_own_action() -> None:
    both = role_of(trusts=trust(Action=["sts:AssumeRole", "sts:Set*"]))
    service = "sagemaker.amazonaws.com"
    assert not iam.trusts(role_of(), service, "sts:SetSourceIdentity")
    assert iam.trusts(both, service, "sts:SetSourceIdentity")


def test_only_a_role_that_exists_can_be_assumed(aws: Emulator) -> None:
    arn = make_role(aws, "reader", trusts=trust(Condition=CONFUSED_DEPUTY))
    service = "sagemaker.amazonaws.com"
    assert iam.can_assume(ACCOUNT, arn, service, source_arn=IMAGE)
    assert not iam.can_assume(ACCOUNT, arn, service, source_arn=IMAGE.replace("us-east", "us-west"))
    assert not iam.can_assume(ACCOUNT, f"{arn}2", service, source_arn=IMAGE)


def test_statement_ids_are_letters_and_digits(aws: Emulator) -> None:
    client = aws.client("iam")
    make_role(aws, "reader")
    bad = document(allow(Sid="a-b"))
    for call, params in (
        (client.create_policy, {"PolicyName": "p", "PolicyDocument": bad}),
        (
            client.put_role_policy,
            {"RoleName": "reader", "PolicyName": "p", "PolicyDocument": bad},
        ),
        (
            client.create_role,
            {"RoleName": "x", "AssumeRolePolicyDocument": document(trust(Sid="a-b"))},
        ),
    ):
        code, message = refusal(call, **params)
        assert (code, "alpha-numeric" in message) == ("MalformedPolicyDocument", True)
