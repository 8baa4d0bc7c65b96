"""The missing permissions of an existing role are printed as a policy that adds them."""

import json
from typing import Any

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.doctor.existing_roles import roles
from studio.doctor.finding import Finding, LookupDenied
from studio_emulator.server import Emulator
from tests.emulator.samples import document, trust
from tests.studio.account import ACCOUNT, REGION, client
from tests.studio.deployed_studio import deny

ARN = f"arn:aws:iam::{ACCOUNT}:role/teams/vision"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
EVERYTHING = ["connect", "jobs", "inference", "projects", "packages", "git", "encryption"]
HELPER = {"connect": "ssh-helper", "space": {"image": "lab"}}
LAB = {"uri": f"111122223333.dkr.ecr.{REGION}.amazonaws.com/team/lab@sha256:{'a' * 64}"}


def settings(features: Any = ("connect",), **more: Any) -> Settings:
    sections = {"users": {"alice": {}}, "defaults": {"execution_role": ARN}, **more}
    return Settings.model_validate({"features": features, "domain": {"kms": KEY}, **sections})


@pytest.fixture
def iam(entered: Emulator) -> Any:
    """IAM, with a role for EC2 that has no permissions."""
    found = client(entered, "iam")
    other = document(trust("ec2.amazonaws.com"))
    found.create_role(Path="/teams/", RoleName="vision", AssumeRolePolicyDocument=other)
    return found


def examine(wanted: Settings) -> list[Finding]:
    return list(roles(wanted, Aws(REGION)))


def policy_in(finding: Finding) -> dict[str, Any]:
    """The policy in the fix."""
    text = finding.fix[finding.fix.index("{") :]
    found: dict[str, Any] = json.loads(text)
    return found


def apply_fixes(iam: Any, findings: list[Finding]) -> None:
    """Apply the fixes of the findings."""
    for number, finding in enumerate(findings):
        text = json.dumps(policy_in(finding))
        if "trust policy" in finding.fix:
            iam.update_assume_role_policy(RoleName="vision", PolicyDocument=text)
        else:
            made = iam.create_policy(PolicyName=f"p{number}", PolicyDocument=text)
            iam.attach_role_policy(RoleName="vision", PolicyArn=made["Policy"]["Arn"])


@pytest.mark.parametrize(
    "wanted",
    [
        settings(),
        settings(EVERYTHING, users={"alice": {}, "bob": {}}, role={"buckets": ["data"]}),
        settings(image={"lab": LAB}, users={"alice": HELPER, "bob": {}}),
        settings(defaults={}, domain={"execution_role": ARN, "kms": KEY}),
        settings(domain={"execution_role": ARN, "kms": "create"}),
    ],
    ids=["connect", "every feature", "ssh-helper", "the domain's", "the domain's, with a new key"],
)
def test_the_printed_policies_fix_the_role(iam: Any, wanted: Settings) -> None:
    trusted, *permissions = examine(wanted)
    assert trusted.fix.startswith("ask the identity team to add to its trust policy: {")
    for finding in permissions:
        assert finding.fix.startswith("ask the identity team to add the policy {")
    apply_fixes(iam, [trusted, *permissions])
    assert examine(wanted) == []


def test_only_ssh_helper_needs_trust_in_systems_manager(iam: Any) -> None:
    native, helper = settings(), settings(image={"lab": LAB}, users={"alice": HELPER})
    trusted = [
        {one["Principal"]["Service"] for one in policy_in(examine(each)[0])["Statement"]}
        for each in (native, helper)
    ]
    both = {"sagemaker.amazonaws.com", "ssm.amazonaws.com"}
    assert trusted == [{"sagemaker.amazonaws.com"}, both]
    apply_fixes(iam, examine(native))
    assert "ssm.amazonaws.com" in examine(helper)[0].found


def test_the_missing_action_of_a_trust_policy_is_named(iam: Any) -> None:
    apply_fixes(iam, examine(settings()))
    (allowed,) = iam.get_role(RoleName="vision")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    policy = document(allowed | {"Action": "sts:AssumeRole"})
    iam.update_assume_role_policy(RoleName="vision", PolicyDocument=policy)
    (finding,) = examine(settings())
    assert finding.found == (
        f"the trust policy of {ARN} does not allow sagemaker.amazonaws.com sts:SetSourceIdentity"
    )
    (statement,) = policy_in(finding)["Statement"]
    assert statement == allowed | {"Action": "sts:SetSourceIdentity"}


def test_only_missing_permissions_are_printed(iam: Any) -> None:
    wanted = settings()
    trusted, permissions = examine(wanted)
    statements = policy_in(permissions)["Statement"]
    kept = [one for one in statements if one["Sid"] != "LetSageMakerUseKey"]
    apply_fixes(iam, [trusted])
    iam.put_role_policy(RoleName="vision", PolicyName="most", PolicyDocument=document(*kept))
    (finding,) = examine(wanted)
    assert finding.found == f"{ARN} lacks kms:CreateGrant"
    (statement,) = policy_in(finding)["Statement"]
    assert (statement["Sid"], statement["Resource"]) == ("LetSageMakerUseKey", KEY)


def test_a_permission_with_an_unknown_condition_is_granted(iam: Any) -> None:
    condition = {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}}
    wanted = settings()
    trusted, permissions = examine(wanted)
    apply_fixes(iam, [trusted])
    allowed = [one | condition for one in policy_in(permissions)["Statement"]]
    iam.put_role_policy(RoleName="vision", PolicyName="all", PolicyDocument=document(*allowed))
    assert examine(wanted) == []


def test_wide_permissions_lack_only_the_deny(iam: Any) -> None:
    anything = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    wanted = settings(EVERYTHING)
    apply_fixes(iam, examine(wanted)[:1])
    iam.put_role_policy(RoleName="vision", PolicyName="all", PolicyDocument=anything)
    (finding,) = examine(wanted)
    (statement,) = policy_in(finding)["Statement"]
    assert (statement["Effect"], statement["Sid"]) == ("Deny", "KeepSshKeysToTheirOwners")


def test_a_deny_and_a_permissions_boundary_limit_permissions(iam: Any) -> None:
    wanted = settings()
    apply_fixes(iam, examine(wanted))
    deny = {"Effect": "Deny", "Action": "kms:CreateGrant", "Resource": "*"}
    boundary = iam.create_policy(
        PolicyName="boundary",
        PolicyDocument=document({"Effect": "Allow", "NotAction": "logs:*", "Resource": "*"}),
    )["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="vision", PermissionsBoundary=boundary)
    iam.put_role_policy(RoleName="vision", PolicyName="deny", PolicyDocument=document(deny))
    lacks, bounded = examine(wanted)
    assert lacks.found == f"{ARN} lacks kms:CreateGrant"
    assert bounded.found.startswith(f"the permissions boundary of {ARN} does not allow logs:")
    assert {one["Sid"] for one in policy_in(bounded)["Statement"]} == {"WriteLogs"}


@pytest.mark.usefixtures("entered")
def test_a_role_must_exist_in_this_account() -> None:
    other = ARN.replace(ACCOUNT, "999999999999")
    found = examine(settings(defaults={"execution_role": other}))
    assert found[0].found.startswith(f"{other} is a role of account 999999999999")
    without_path = ARN.replace("/teams", "")
    assert examine(settings(defaults={"execution_role": without_path}))[0].found == (
        f"{without_path} does not exist"
    )


@pytest.mark.usefixtures("entered")
def test_a_denied_lookup_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    deny(monkeypatch, "iam", "GetRole")
    with pytest.raises(LookupDenied, match=rf"{ARN} cannot be looked up: .* not authorized"):
        examine(settings())
