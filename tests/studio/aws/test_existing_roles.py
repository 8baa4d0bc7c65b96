"""Existing roles with their policies, and the caller's role."""

import json
from typing import Any

import pytest

from studio.aws.client import Aws
from studio.aws.existing_roles import caller, read_role
from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, allow, document, trust
from tests.studio.deployed_studio import deny

AWS = Aws(REGION)


def test_a_role_has_its_trust_its_policies_and_its_boundary(entered: Emulator) -> None:
    iam = entered.client("iam")
    arns = [
        iam.create_policy(PolicyName=service, PolicyDocument=document(allow(f"{service}:*")))[
            "Policy"
        ]["Arn"]
        for service in ("s3", "kms")
    ]
    role = iam.create_role(
        Path="/teams/",
        RoleName="vision",
        AssumeRolePolicyDocument=document(trust()),
        PermissionsBoundary=arns[1],
    )["Role"]["Arn"]
    iam.attach_role_policy(RoleName="vision", PolicyArn=arns[0])
    iam.put_role_policy(
        RoleName="vision", PolicyName="inline", PolicyDocument=document(allow("logs:*"))
    )
    found = read_role(AWS, role)
    assert found is not None
    assert found.trust == json.loads(document(trust()))
    assert found.policies == tuple(
        json.loads(document(allow(action))) for action in ("s3:*", "logs:*")
    )
    assert found.boundary == json.loads(document(allow("kms:*")))
    assert read_role(AWS, role.replace("/teams", "")) is None
    assert read_role(AWS, f"{role}-2") is None


@pytest.mark.parametrize(
    ("identity", "readable", "found"),
    [
        ("iam::{account}:root", True, None),
        ("iam::{account}:user/teams/alice", True, "iam::{account}:user/teams/alice"),
        ("sts::{account}:assumed-role/deployer/run-1", True, "iam::{account}:role/ci/deployer"),
        ("sts::{account}:assumed-role/deployer/run-1", False, "iam::{account}:role/deployer"),
    ],
)
def test_the_caller_is_a_user_or_a_role_with_its_path_if_readable(
    entered: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    identity: str,
    readable: bool,
    found: str | None,
) -> None:
    entered.client("iam").create_role(
        Path="/ci/", RoleName="deployer", AssumeRolePolicyDocument=document(trust())
    )
    if not readable:
        deny(monkeypatch, "iam", "GetRole")
    sts: Any = AWS.client("sts")
    arn = f"arn:aws:{identity.format(account=ACCOUNT)}"
    monkeypatch.setattr(sts, "get_caller_identity", lambda: {"Arn": arn})
    assert caller(AWS) == (found and f"arn:aws:{found.format(account=ACCOUNT)}")
