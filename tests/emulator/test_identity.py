"""IAM's and STS's refusals that moto lacks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from studio_emulator.server import Emulator
from tests.emulator.samples import document

ACCOUNT = "123456789012"


def trust(**changes: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
    }
    kept = {name: value for name, value in (statement | changes).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]})


def policy(actions: int = 1) -> str:
    allowed = [f"s3:GetObject{number}" for number in range(actions)]
    statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam(aws: Emulator) -> Any:
    client = aws.client("iam")
    client.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    return client


def code_of(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**params)
    return str(refused.value.response["Error"]["Code"])


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
def test_a_trust_policy_is_refused(iam: Any, document: str, code: str) -> None:
    assert code_of(iam.create_role, RoleName="x", AssumeRolePolicyDocument=document) == code
    found = code_of(iam.update_assume_role_policy, RoleName="r", PolicyDocument=document)
    assert found == code


def test_a_boundary_exists(iam: Any) -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/none"
    found = code_of(
        iam.create_role,
        RoleName="x",
        AssumeRolePolicyDocument=trust(),
        PermissionsBoundary=boundary,
    )
    assert found == "NoSuchEntity"


def test_inline_policies_together(iam: Any) -> None:
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=policy(500))
    found = code_of(iam.put_role_policy, RoleName="r", PolicyName="b", PolicyDocument=policy(500))
    assert found == "LimitExceeded"
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=policy(501))


def test_managed_policies(iam: Any) -> None:
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


def test_aws_s_own_policies_are_there_by_their_exact_names(iam: Any) -> None:
    prefix = "arn:aws:iam::aws:policy"
    iam.attach_role_policy(RoleName="r", PolicyArn=f"{prefix}/AmazonSageMakerFullAccess")
    wrong = f"{prefix}/AmazonSagemakerFullAccess"
    assert code_of(iam.attach_role_policy, RoleName="r", PolicyArn=wrong) == "NoSuchEntity"


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
def test_the_trust_policy_and_the_callers_decide_who_assumes_a_role(
    aws: Emulator, principal: str | None, granted: bool, assumed: bool
) -> None:
    iam, arn = aws.client("iam"), f"arn:aws:iam::{ACCOUNT}:role/ops"
    for name in ("alice", "bob"):
        iam.create_user(UserName=name)
    if principal is not None:
        named = {"AWS": f"arn:aws:iam::{ACCOUNT}:{principal}"}
        said = {"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName="ops", AssumeRolePolicyDocument=document(said))
    if granted:
        own = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}
        iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=document(own))
    sts = sts_with(aws, iam.create_access_key(UserName="alice")["AccessKey"])
    if assumed:
        session = sts.assume_role(RoleArn=arn, RoleSessionName="me")["AssumedRoleUser"]["Arn"]
        assert session == f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/me"
    else:
        with pytest.raises(ClientError) as error:
            sts.assume_role(RoleArn=arn, RoleSessionName="me")
        alice = f"User: arn:aws:iam::{ACCOUNT}:user/alice"
        assert error.value.response["Error"] == {
            "Type": "Sender",
            "Code": "AccessDenied",
            "Message": f"{alice} is not authorized to perform: sts:AssumeRole on resource: {arn}",
        }


def test_root_assumes_no_role(aws: Emulator) -> None:
    everybody = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    iam = aws.client("iam")
    arn = iam.create_role(RoleName="ops", AssumeRolePolicyDocument=document(everybody))["Role"][
        "Arn"
    ]
    with pytest.raises(ClientError, match=r"Roles may not be assumed by root accounts\."):
        aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")


def sts_with(aws: Emulator, keys: Any) -> Any:
    return boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
    )


def identity(aws: Emulator, keys: Any) -> tuple[str, str, str]:
    caller = sts_with(aws, keys).get_caller_identity()
    return caller["Arn"], caller["UserId"], caller["Account"]


def test_a_key_of_nobody_is_the_root_of_the_account(aws: Emulator) -> None:
    sts = aws.client("sts")
    caller = sts.get_caller_identity()
    root = (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, ACCOUNT)
    assert (caller["Arn"], caller["UserId"], caller["Account"]) == root
    keys = sts.get_session_token(DurationSeconds=7200)["Credentials"]
    assert identity(aws, keys) == root
    assert keys["AccessKeyId"].startswith("ASIA")
    assert keys["Expiration"] - datetime.now(UTC) <= timedelta(hours=1)


def test_session_token_of_a_user(aws: Emulator) -> None:
    iam = aws.client("iam")
    user = iam.create_user(UserName="alice")["User"]
    keys = iam.create_access_key(UserName="alice")["AccessKey"]
    sts = sts_with(aws, keys)
    temporary = [sts.get_session_token()["Credentials"] for _ in range(2)]
    assert temporary[0]["AccessKeyId"] != temporary[1]["AccessKeyId"]
    assert identity(aws, temporary[0]) == (user["Arn"], user["UserId"], ACCOUNT)
    assert code_of(sts_with(aws, temporary[0]).get_session_token) == "AccessDenied"


def test_deleting_roles_and_policies_while_paging_skips_none(aws: Emulator) -> None:
    iam = aws.client("iam")
    wanted = [f"of-{number}" for number in range(5)]
    for name in wanted:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(), Path="/ours/")
        iam.create_policy(PolicyName=name, PolicyDocument=policy(), Path="/ours/")
    roles, policies = [], []
    few = {"PathPrefix": "/ours/", "PaginationConfig": {"PageSize": 2}}
    for page in iam.get_paginator("list_roles").paginate(**few):
        for role in page["Roles"]:
            iam.delete_role(RoleName=role["RoleName"])
            roles.append(role["RoleName"])
    for page in iam.get_paginator("list_policies").paginate(Scope="Local", **few):
        for each in page["Policies"]:
            iam.delete_policy(PolicyArn=each["Arn"])
            policies.append(each["PolicyName"])
    assert roles == policies == wanted
    assert code_of(iam.list_roles, Marker="2") == "ValidationError"
