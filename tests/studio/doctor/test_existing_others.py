"""Existing keys, images and state buckets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.aws.ecr import Ecr
from studio.aws.errors import AwsError
from studio.doctor import existing_images
from studio.doctor.existing_images import images
from studio.doctor.existing_keys import keys
from studio.doctor.existing_state import state
from studio.doctor.finding import Finding, LookupDenied
from studio_emulator.server import Emulator
from tests.emulator.samples import document, push, trust
from tests.pipeline_roles import pipeline_session
from tests.studio.account import ACCOUNT, REGION, client

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ROLES = [f"arn:aws:iam::{ACCOUNT}:role/studio-{name}" for name in ("domain", "user-alice")]


def one(findings: Any) -> Finding:
    (found,) = findings
    assert isinstance(found, Finding)
    return found


def allow(principal: str | list[str], *actions: str) -> dict[str, Any]:
    who = {"AWS": principal}
    return {"Effect": "Allow", "Principal": who, "Action": list(actions), "Resource": "*"}


@pytest.fixture
def kms(entered: Emulator) -> Any:
    return client(entered, "kms")


def create_roles(entered: Emulator, *arns: str) -> None:
    """KMS rejects a key policy whose principals do not exist."""
    for arn in arns:
        client(entered, "iam").create_role(
            RoleName=arn.rpartition("/")[2], AssumeRolePolicyDocument=document(trust())
        )


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
    role = f"arn:aws:iam::{ACCOUNT}:role/admin"
    create_roles(entered, role)
    admin = allow(role, "kms:*")
    put_policy(kms, arn, admin)
    finding = one(examine_key(arn))
    assert finding.found == (
        f"the policy of {arn} denies kms:DescribeKey, kms:CreateGrant to {', '.join(ROLES)}"
    )
    added = json.loads(finding.fix[finding.fix.index("{") :])
    assert added["Condition"] == {"ArnEquals": {"aws:PrincipalArn": ROLES}}
    put_policy(kms, arn, admin, added)
    assert examine_key(arn) == []
    assert "kms:Decrypt" in one(examine_key(arn, "encryption")).found


def allow_everything() -> str:
    return document({"Effect": "Allow", "Action": "*", "Resource": "*"})


@pytest.mark.usefixtures("entered", "new_session")
def test_the_deployer_needs_permissions_for_the_key(
    kms: Any, entered: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    create_roles(entered, *ROLES)
    for name, value in pipeline_session(entered.endpoint_url, allow_everything).items():
        monkeypatch.setenv(name, value)
    role = f"arn:aws:iam::{ACCOUNT}:role/pipeline-{allow_everything.__name__}"
    read_only = allow(role, "kms:GetKeyPolicy", "kms:DescribeKey")
    put_policy(kms, arn, allow([*ROLES, ROOT], "kms:CreateGrant"), read_only)
    assert one(examine_key(arn)).found == (
        f"the policy of {arn} denies kms:DescribeKey to {', '.join(ROLES)}"
    )
    put_policy(kms, arn, allow(ROLES, "kms:*"), read_only)
    assert one(examine_key(arn)).found == f"the policy of {arn} denies kms:CreateGrant to {role}"
    put_policy(kms, arn, allow(ROLES, "kms:*"), allow(role, "kms:*"))
    assert examine_key(arn) == []


def test_a_key_must_be_enabled_and_symmetric(kms: Any) -> None:
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=arn)
    assert one(examine_key(arn)).found == f"{arn} is Disabled"
    signs = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["Arn"]
    assert one(examine_key(signs)).found == f"{signs} is for SIGN_VERIFY (RSA_2048)"
    missing = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
    assert one(examine_key(missing)).found == f"{missing} does not exist"


def examine_image(uri: str) -> list[Finding]:
    wanted = {"image": {"lab": {"uri": uri}}, "users": {"alice": {}}}
    return list(images(Settings.model_validate(wanted), Aws(REGION)))


def test_an_image_of_this_account_must_exist(entered: Emulator) -> None:
    push(entered, "team/lab")
    found = client(entered, "ecr").describe_images(repositoryName="team/lab")
    digest = found["imageDetails"][0]["imageDigest"]
    repository = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/lab"
    assert examine_image(f"{repository}@{digest}") == []
    missing = f"{repository}@sha256:{'0' * 64}"
    assert one(examine_image(missing)).found == f"image.lab.uri: {missing} does not exist"


@pytest.mark.usefixtures("entered")
def test_another_accounts_repository_policy_must_allow_this_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy: dict[str, Any] = {}

    class OtherRegistry(Ecr):
        def holds(self, account: str, repository: str, digest: str) -> bool:
            assert (account, repository, digest[:8]) == ("9" * 12, "team/lab", "sha256:0")
            return True

        def policy(self, _account: str, _repository: str) -> dict[str, Any]:
            return policy

    monkeypatch.setattr(existing_images, "Ecr", OtherRegistry)
    uri = f"{'9' * 12}.dkr.ecr.{REGION}.amazonaws.com/team/lab@sha256:{'0' * 64}"
    finding = one(examine_image(uri))
    assert finding.found.startswith(
        f"the policy of arn:aws:ecr:{REGION}:999999999999:repository/team/lab denies ecr:"
    )
    added = json.loads(finding.fix[finding.fix.index("{") :])
    policy["Statement"] = [added]
    assert examine_image(uri) == []


@pytest.mark.usefixtures("entered")
def test_a_denied_repository_policy_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: str) -> None:
        raise AwsError("no", response={"Error": {"Code": "AccessDeniedException"}})

    monkeypatch.setattr(Ecr, "policy", denied)
    uri = f"{'9' * 12}.dkr.ecr.{REGION}.amazonaws.com/team/lab@sha256:{'0' * 64}"
    with pytest.raises(LookupDenied, match="repository/team/lab cannot be looked up: AWS: no"):
        examine_image(uri)


def examine_bucket(**more: str) -> list[Finding]:
    wanted = {"state": {"bucket": "team-state", **more}, "users": {"alice": {}}}
    return list(state(Settings.model_validate(wanted), Aws(REGION)))


def test_missing_protections_of_the_bucket_are_advice(entered: Emulator) -> None:
    s3 = client(entered, "s3")
    s3.create_bucket(Bucket="team-state")
    finding = one(examine_bucket())
    assert finding.advice
    assert finding.found == "team-state is not versioned, not TLS only"
    s3.put_bucket_versioning(Bucket="team-state", VersioningConfiguration={"Status": "Enabled"})
    assert "versioned" not in one(examine_bucket()).found


def test_the_bucket_must_exist_in_its_region(entered: Emulator) -> None:
    assert one(examine_bucket()).found == f"team-state does not exist in account {ACCOUNT}"
    client(entered, "s3").create_bucket(
        Bucket="team-state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    finding = one(examine_bucket())
    assert (finding.found, finding.advice) == ("team-state is in eu-west-1", False)
    assert finding.fix == 'set state.region = "eu-west-1"'
