"""Existing KMS keys: their state, their type and their policies."""

import json
from typing import Any

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.doctor.existing_keys import keys
from studio.doctor.finding import Finding
from studio_emulator.server import Emulator
from tests.emulator.samples import document, make_role
from tests.pipeline_roles import pipeline_session
from tests.studio.account import ACCOUNT, REGION, client
from tests.studio.doctor.setup import only

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ROLES = [f"arn:aws:iam::{ACCOUNT}:role/studio-{name}" for name in ("domain", "user-alice")]


def allow(principal: str | list[str], *actions: str) -> dict[str, Any]:
    who = {"AWS": principal}
    return {"Effect": "Allow", "Principal": who, "Action": list(actions), "Resource": "*"}


@pytest.fixture
def kms(entered: Emulator) -> Any:
    return client(entered, "kms")


def put_policy(kms: Any, arn: str, *statements: dict[str, Any]) -> None:
    kms.put_key_policy(
        KeyId=arn,
        PolicyName="default",
        Policy=document(*statements),
        BypassPolicyLockoutSafetyCheck=True,
    )


def examine_key(arn: str, *features: str) -> list[Finding]:
    sections: dict[str, Any] = {"domain": {"kms": arn}, "features": features}
    return list(keys(Settings.model_validate({"users": {"alice": {}}, **sections}), Aws(REGION)))


def test_a_key_whose_policy_delegates_to_iam_has_no_finding(kms: Any) -> None:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    put_policy(kms, arn, allow(ROOT, "kms:*"))
    assert examine_key(arn, "encryption") == []


def test_the_missing_statement_of_a_key_policy_is_printed(kms: Any, entered: Emulator) -> None:
    """KMS accepts the statement before the roles exist."""
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    # KMS rejects a key policy whose principals do not exist.
    admin = allow(make_role(entered, "admin"), "kms:*")
    put_policy(kms, arn, admin)
    finding = only(examine_key(arn))
    assert finding.found == (
        f"the policy of {arn} denies kms:DescribeKey, kms:CreateGrant to {', '.join(ROLES)}"
    )
    added = json.loads(finding.fix[finding.fix.index("{") :])
    assert added["Condition"] == {"ArnEquals": {"aws:PrincipalArn": ROLES}}
    put_policy(kms, arn, admin, added)
    assert examine_key(arn) == []
    assert "kms:Decrypt" in only(examine_key(arn, "encryption")).found


@pytest.mark.usefixtures("entered", "new_session")
def test_the_deployer_needs_permissions_for_the_key(
    kms: Any, entered: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    for role in ROLES:
        make_role(entered, role.rpartition("/")[2])
    for name, value in pipeline_session(entered.environment(), "plan").items():
        monkeypatch.setenv(name, value)
    role = f"arn:aws:iam::{ACCOUNT}:role/pipeline-plan"
    read_only = allow(role, "kms:GetKeyPolicy", "kms:DescribeKey")
    put_policy(kms, arn, allow([*ROLES, ROOT], "kms:CreateGrant"), read_only)
    assert only(examine_key(arn)).found == (
        f"the policy of {arn} denies kms:DescribeKey to {', '.join(ROLES)}"
    )
    put_policy(kms, arn, allow(ROLES, "kms:*"), read_only)
    assert only(examine_key(arn)).found == f"the policy of {arn} denies kms:CreateGrant to {role}"
    put_policy(kms, arn, allow(ROLES, "kms:*"), allow(role, "kms:*"))
    assert examine_key(arn) == []


def test_a_key_must_be_enabled_and_symmetric(kms: Any) -> None:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    assert only(examine_key(arn)).found == f"{arn} is Disabled"
    signs = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["Arn"]
    assert only(examine_key(signs)).found == f"{signs} is for SIGN_VERIFY (RSA_2048)"
    missing = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
    assert only(examine_key(missing)).found == f"{missing} does not exist"
