"""IAM and STS: checks that moto does not have, and temporary keys."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator.server import Emulator
from tests.emulator import samples
from tests.emulator.samples import (
    ACCOUNT,
    allow,
    client_with,
    code_of,
    create_user,
    document,
    refusal,
)


def trust(**changes: Any) -> str:
    statement = samples.trust(**changes)
    return document({name: value for name, value in statement.items() if value is not None})


def policy(actions: int = 1) -> str:
    allowed = [f"s3:GetObject{number}" for number in range(actions)]
    return document(allow(*allowed))


@pytest.fixture
def iam(aws: Emulator) -> Any:
    client = aws.client("iam")
    client.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    return client


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{"a": 1}', "MalformedPolicyDocument"),
        (trust(Action="s3:GetObject"), "MalformedPolicyDocument"),
        (trust(Principal=None), "MalformedPolicyDocument"),
        (trust(Resource="*"), "MalformedPolicyDocument"),
        (trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/none"}), "MalformedPolicyDocument"),
        (trust(Sid="x" * 2048), "LimitExceeded"),
    ],
)
def test_invalid_trust_policies_are_refused(iam: Any, document: str, code: str) -> None:
    assert code_of(iam.create_role, RoleName="x", AssumeRolePolicyDocument=document) == code
    found = code_of(iam.update_assume_role_policy, RoleName="r", PolicyDocument=document)
    assert found == code


def test_permissions_boundary_must_exist(iam: Any) -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/none"
    found = code_of(
        iam.create_role,
        RoleName="x",
        AssumeRolePolicyDocument=trust(),
        PermissionsBoundary=boundary,
    )
    assert found == "NoSuchEntity"


def test_inline_policies_share_a_quota(iam: Any) -> None:
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=policy(500))
    found = code_of(iam.put_role_policy, RoleName="r", PolicyName="b", PolicyDocument=policy(500))
    assert found == "LimitExceeded"
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=policy(501))


def test_managed_policy_quotas_and_deletion(iam: Any) -> None:
    assert code_of(iam.create_policy, PolicyName="long", PolicyDocument=policy(500)) == (
        "LimitExceeded"
    )
    arns = [
        iam.create_policy(PolicyName=f"p{number}", PolicyDocument=policy())["Policy"]["Arn"]
        for number in range(11)
    ]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    found = code_of(iam.attach_role_policy, RoleName="r", PolicyArn=arns[10])
    assert found == "LimitExceeded"
    assert code_of(iam.delete_policy, PolicyArn=arns[0]) == "DeleteConflict"
    assert code_of(iam.delete_role, RoleName="r") == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=arns[0])
    iam.create_policy_version(PolicyArn=arns[0], PolicyDocument=policy(2))
    assert code_of(iam.delete_policy, PolicyArn=arns[0]) == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=arns[0], VersionId="v2")
    iam.delete_policy(PolicyArn=arns[0])


@pytest.mark.parametrize(
    ("principal", "granted", "assumed"),
    [
        ("user/alice", False, True),
        ("root", True, True),
        ("root", False, False),
        ("user/bob", True, False),
        (None, True, False),
    ],
)
def test_assume_role_evaluates_trust_and_caller_policies(
    aws: Emulator, principal: str | None, granted: bool, assumed: bool
) -> None:
    iam, arn = aws.client("iam"), f"arn:aws:iam::{ACCOUNT}:role/ops"
    iam.create_user(UserName="bob")
    own = [allow("sts:AssumeRole", resource=arn)] if granted else []
    sts = client_with(aws, "sts", create_user(aws, "alice", *own))
    if principal is not None:
        named = {"AWS": f"arn:aws:iam::{ACCOUNT}:{principal}"}
        trusting = document(samples.grant(named, "sts:AssumeRole"))
        iam.create_role(RoleName="ops", AssumeRolePolicyDocument=trusting)
    if assumed:
        session = sts.assume_role(RoleArn=arn, RoleSessionName="me")["AssumedRoleUser"]["Arn"]
        assert session == f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/me"
    else:
        assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me") == (
            "AccessDenied",
            f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: "
            f"sts:AssumeRole on resource: {arn}",
        )


def test_root_cannot_assume_a_role(aws: Emulator) -> None:
    arn = samples.make_role(aws, "ops", trusts=samples.grant({"AWS": ACCOUNT}, "sts:AssumeRole"))
    with pytest.raises(ClientError, match=r"Roles may not be assumed by root accounts\."):
        aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")


def identity(aws: Emulator, keys: Any) -> tuple[str, str, str]:
    caller = client_with(aws, "sts", keys).get_caller_identity()
    return caller["Arn"], caller["UserId"], caller["Account"]


def test_unknown_access_key_belongs_to_root(aws: Emulator) -> None:
    sts = aws.client("sts")
    caller = sts.get_caller_identity()
    root = (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, ACCOUNT)
    assert (caller["Arn"], caller["UserId"], caller["Account"]) == root
    keys = sts.get_session_token(DurationSeconds=7200)["Credentials"]
    assert identity(aws, keys) == root
    assert keys["AccessKeyId"].startswith("ASIA")
    assert keys["Expiration"] - datetime.now(UTC) <= timedelta(hours=1)


def test_session_token_of_a_user(aws: Emulator) -> None:
    sts = client_with(aws, "sts", create_user(aws, "alice"))
    user = aws.client("iam").get_user(UserName="alice")["User"]
    temporary = [sts.get_session_token()["Credentials"] for _ in range(2)]
    assert temporary[0]["AccessKeyId"] != temporary[1]["AccessKeyId"]
    assert identity(aws, temporary[0]) == (user["Arn"], user["UserId"], ACCOUNT)
    again = client_with(aws, "sts", temporary[0]).get_session_token
    assert code_of(again) == "AccessDenied"
