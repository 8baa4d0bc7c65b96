"""The role stack."""

import json
import re
from typing import Any

import pytest
from cdktf import Testing

from catalog.permissions import role_policies
from catalog.permissions.iam import document
from settings import Feature
from stacks.role import RoleStack
from tests.synthesis import ACCOUNT, by_address, only, references, settings, synth

KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
THEIRS = "arn:aws:iam::123456789012:role/teams/vision"
OTHER = "arn:aws:iam::123456789012:role/other"
EVERYTHING = [feature.value for feature in Feature]


def _stack(**sections: Any) -> RoleStack:
    return RoleStack(Testing.app(), "role", settings=settings(**sections))


def template(**sections: Any) -> dict[str, Any]:
    return synth(_stack(**sections))


def _roles(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {role["name"]: role for role in template["resource"]["aws_iam_role"].values()}


def _trusts(role: dict[str, Any]) -> dict[str, list[str]]:
    statements = json.loads(role["assume_role_policy"])["Statement"]
    return {
        s["Principal"]["Service"]: [s["Action"]] if isinstance(s["Action"], str) else s["Action"]
        for s in statements
    }


def _policies(template: dict[str, Any], role_name: str) -> tuple[list[str], dict[str, str]]:
    """The inline policies of a role, and the managed ones by name."""
    resources = template["resource"]
    roles = references(template, "aws_iam_role", "name").items()
    (reference,) = [name for name, role in roles if role["name"] == role_name]

    def of_role(kind: str) -> list[dict[str, Any]]:
        found = resources.get(kind, {}).values()
        return [one for one in found if one["role"] == reference]

    arns = {attachment["policy_arn"] for attachment in of_role("aws_iam_role_policy_attachment")}
    managed = {
        policy["name"]: policy["policy"]
        for arn, policy in references(template, "aws_iam_policy", "arn").items()
        if arn in arns
    }
    return [policy["policy"] for policy in of_role("aws_iam_role_policy")], managed


def _attached(template: dict[str, Any], role_name: str) -> set[str]:
    return set(_policies(template, role_name)[1])


def _evaluated(policy: str) -> str:
    """The document as Terraform sends it, with IAM's own variables still escaped."""
    account = "${data.aws_caller_identity.caller.account_id}"
    filled = re.sub(r"\$\{aws_kms_key\.\w+\.arn\}", KEY, policy.replace(account, ACCOUNT.id))
    assert not re.search(r"(?<!\$)\$\{", filled)
    return filled


def test_only_users_of_a_group_get_its_buckets_and_policies() -> None:
    extra = "arn:aws:iam::123456789012:policy/teams/vision-data"
    found = template(
        groups={"vision": {"buckets": ["vision-data"], "policies": [extra]}},
        users={"alice": {"group": "vision"}, "bob": {}},
    )
    own = _attached(found, "studio-user-alice") - _attached(found, "studio-user-bob")
    assert own == {"studio-group-vision"}
    policy = json.loads(_policies(found, "studio-user-alice")[1]["studio-group-vision"])
    assert "arn:aws:s3:::vision-data/*" in [s["Resource"] for s in policy["Statement"]]
    holders = [
        id_
        for id_, one in found["resource"]["aws_iam_role_policy_attachment"].items()
        if one["policy_arn"] == extra
    ]
    assert len(holders) == 1
    assert "alice" in holders[0]


def test_only_roles_of_users_trust_systems_manager_with_connect() -> None:
    """Whatever the method in the settings: `studio connect --way` can differ."""
    roles = _roles(template(features=["connect"], defaults={"connect": "native"}))
    sagemaker = {"sagemaker.amazonaws.com": ["sts:AssumeRole", "sts:SetSourceIdentity"]}
    both = {**sagemaker, "ssm.amazonaws.com": ["sts:AssumeRole"]}
    assert _trusts(roles["studio-user-alice"]) == both
    assert _trusts(roles["studio-domain"]) == sagemaker
    without = _roles(template(features=["jobs"])).values()
    assert all(_trusts(role) == sagemaker for role in without)


def test_roles_trust_source_identity_only_if_it_is_on() -> None:
    roles = _roles(template(domain={"source_identity": False}))
    assert _trusts(roles["studio-user-alice"])["sagemaker.amazonaws.com"] == ["sts:AssumeRole"]


def test_the_domain_role_has_no_ssh_and_no_feature_policies() -> None:
    built = template(features=EVERYTHING, role={"buckets": ["data"]})
    assert _attached(built, "studio-domain") == {"studio-role-studio"}
    assert _attached(built, "studio-user-alice") > {"studio-role-connect", "studio-role-jobs"}
    assert _policies(built, "studio-domain")[0] == []


def test_another_user_adds_resources_and_changes_none() -> None:
    one = template(users={"alice": {}}, features=EVERYTHING, role={"buckets": ["data"]})
    two = template(users={"bob": {}, "alice": {}}, features=EVERYTHING, role={"buckets": ["data"]})
    before, after = by_address(one), by_address(two)
    assert before.items() <= after.items()
    names = [address.partition(".")[2] for address in after.keys() - before.keys()]
    assert all(name.startswith(("user-bob", "client-bob")) for name in names)
    assert one["data"] == two["data"]
    assert set(_roles(two)) - set(_roles(one)) == {"studio-user-bob"}


def test_long_user_names_give_different_names_within_iams_limits() -> None:
    users = ["a" * 62 + end for end in "bc"]
    built = template(name="n" * 20, users={user: {} for user in users})
    roles = [name for name in _roles(built) if "-user-" in name]
    policies = [policy["name"] for policy in built["resource"]["aws_iam_policy"].values()]
    assert len(roles) == 2
    assert max(map(len, roles)) <= 64
    assert len(set(policies)) == len(policies)
    assert max(map(len, policies)) <= 128
    assert f"{'n' * 20}-client-{users[0]}" in policies


def test_the_inline_policy_passes_only_the_role_itself() -> None:
    built = template(users={"a" * 63: {}}, name="n" * 20)
    (role,) = [name for name in _roles(built) if "-user-" in name]
    ((own,), _) = _policies(built, role)
    passed = [s["Resource"] for s in json.loads(own)["Statement"] if s["Action"] == "iam:PassRole"]
    assert [arn.rpartition("/")[2] for arn in passed] == [role]


@pytest.mark.parametrize(
    "sections",
    [
        {"features": EVERYTHING, "role": {"buckets": ["data"], "shell": True}},
        {"features": ["connect"], "role": {"port_forwarding": False}},
        {"features": []},
    ],
)
def test_users_and_their_roles_have_the_policies_of_the_catalog(sections: dict[str, Any]) -> None:
    chosen = settings(**sections)
    found, features = synth(_stack(**sections)), chosen.features
    clients = references(found, "aws_iam_policy", "arn")
    shared = role_policies.shared(
        ACCOUNT, name="studio", features=features, buckets=chosen.role.buckets, key=KEY
    )
    for user in chosen.users:
        client = role_policies.client(
            ACCOUNT,
            name="studio",
            user=user,
            features=features,
            key=KEY,
            port_forwarding=chosen.role.port_forwarding,
            root_shell=chosen.role.shell,
        )
        arn = found["output"]["client_policy_arns"]["value"][user]
        assert _evaluated(clients[arn]["policy"]) == document(client)
        role = f"studio-user-{user}"
        own = role_policies.own(
            ACCOUNT, name="studio", user=user, role=ACCOUNT.role_arn(role), features=features
        )
        inline, managed = _policies(found, role)
        assert list(map(_evaluated, inline)) == [document(own)]
        assert {name: _evaluated(policy) for name, policy in managed.items()} == {
            f"studio-role-{name}": document(policy.statements) for name, policy in shared.items()
        }


@pytest.mark.parametrize(("kms", "key"), [(KEY, KEY), ("aws-managed", None)])
def test_an_existing_key_is_used(kms: str, key: str | None) -> None:
    stack = _stack(domain={"kms": kms}, features=["encryption"] if key else [])
    resources = synth(stack)["resource"]
    assert stack.outputs.kms_key_arn == key
    assert "aws_kms_key" not in resources
    assert ("kms:" in json.dumps(resources)) is (key is not None)


def test_without_users_only_the_domain_has_a_role() -> None:
    assert set(_roles(template(users={}))) == {"studio-domain"}


@pytest.mark.parametrize(("retention", "kept"), [("Retain", True), ("Delete", False)])
def test_terraform_does_not_delete_the_key_of_kept_homes(retention: str, kept: bool) -> None:
    found = template(domain={"retention": retention})
    key = only(found, "aws_kms_key")
    assert key.get("lifecycle", {}).get("prevent_destroy", False) is kept
    assert only(found, "aws_kms_alias")["name"] == "alias/studio-disks"


def test_the_role_of_a_user_overrides_those_of_group_and_defaults() -> None:
    stack = _stack(
        defaults={"execution_role": OTHER},
        groups={"vision": {"execution_role": THEIRS}},
        users={"alice": {"group": "vision"}, "bob": {}, "carol": {"execution_role": ""}},
    )
    assert set(_roles(synth(stack))) == {"studio-domain", "studio-user-carol"}
    found = stack.outputs.user_role_arns
    assert (found["alice"], found["bob"]) == (THEIRS, OTHER)


def test_existing_roles_get_no_policy_and_are_not_read() -> None:
    stack = _stack(
        features=["connect", "jobs"],
        domain={"execution_role": OTHER},
        defaults={"execution_role": THEIRS},
        groups={"vision": {"buckets": ["vision-data"]}},
        users={"alice": {"group": "vision"}},
    )
    template = synth(stack)
    assert stack.outputs.domain_role_arn == OTHER
    kinds = template["resource"].keys()
    assert not kinds & {"aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"}
    policies = [policy["name"] for policy in template["resource"]["aws_iam_policy"].values()]
    assert policies == ["studio-client-alice"], "what alice attaches to her own identity"
    assert set(template["data"]) == {"aws_caller_identity"}
    assert THEIRS in json.dumps(template["output"])


def test_the_domain_role_keeps_its_policy_with_existing_user_roles() -> None:
    found = template(defaults={"execution_role": THEIRS})
    policies = {policy["name"] for policy in found["resource"]["aws_iam_policy"].values()}
    assert policies == {"studio-role-studio", "studio-client-alice", "studio-client-bob"}
    assert set(_roles(found)) == {"studio-domain"}


def test_roles_can_read_the_repository_of_an_existing_image() -> None:
    uri = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/team/lab@sha256:{'a' * 64}"
    found = template(image={"lab": {"uri": uri}})
    studio = _policies(found, "studio-domain")[1]["studio-role-studio"]
    assert "arn:aws:ecr:us-east-1:111122223333:repository/team/lab" in studio
