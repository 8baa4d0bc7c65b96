"""What no stack may contain with any settings: a way to the internet, a policy for all actions, a
role without the permissions boundary.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from studio.aws.policies import listed
from tests.program import Template, synthesize

FORBIDDEN = {
    "aws_internet_gateway": "the VPC has no internet access",
    "aws_egress_only_internet_gateway": "the VPC has no internet access",
    "aws_nat_gateway": "the VPC has no internet access",
    "aws_eip": "no resource has a public address",
    "aws_vpc_peering_connection": "the VPC has no peering",
    "aws_route": "the local route is the only one",
    "aws_iam_access_key": "there are no long-lived keys",
    "aws_iam_user": "users have existing identities",
    "aws_ssm_service_setting": "its destroy changes the account",
}
INTERNET = re.compile(r"(?<![\d.])0\.0\.0\.0/0|(?<![\da-fA-F:])::/0")
SWEEPING = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/.*(FullAccess|Administrator|PowerUser)")

CASES = {
    "defaults": "",
    "everything on": """
        features = [
            "connect", "jobs", "inference", "projects", "packages", "git", "encryption",
            "legacy-agent",
        ]
        tags = { CostCentre = "1234" }
        network = { zones = 6, endpoint_zones = 1 }
        image.slim.app_types = ["JupyterLab", "CodeEditor", "KernelGateway"]
        defaults.app_types = ["JupyterLab", "CodeEditor", "KernelGateway"]
        [role]
        buckets = ["team-data"]
        permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
    """,
    "everything off": """
        features = []
        [network]
        flow_logs = false
        [domain]
        kms = "aws-managed"
        source_identity = false
        retention = "Delete"
        [image.slim]
        enabled = false
    """,
}
USERS = "[users.alice]\n[users.bob]\n"

Found = tuple[str, str, Template]


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Template]:
    folder = tmp_path_factory.mktemp("synth")
    return synthesize(folder, f"{request.param}\n{USERS}")


def resources(templates: dict[str, Template]) -> Iterator[Found]:
    for template in templates.values():
        for kind, found in template.get("resource", {}).items():
            for address, resource in found.items():
                yield kind, address, resource


def values(node: Any) -> Iterator[Any]:
    """Every string and number in a template, including embedded JSON documents."""
    match node:
        case dict():
            for child in node.values():
                yield from values(child)
        case list():
            for child in node:
                yield from values(child)
        case str() if node.startswith(("{", "[")):
            yield from values(json.loads(node))
        case _:
            yield node


def statements(templates: dict[str, Template]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement of each policy but those of endpoints, which grant nothing, with its place."""
    for kind, address, resource in resources(templates):
        if kind != "aws_vpc_endpoint":
            for value in resource.values():
                if '"Statement"' in str(value):
                    for statement in json.loads(value)["Statement"]:
                        yield f"{kind}.{address}", statement


def test_no_forbidden_resource_is_created(templates: dict[str, Template]) -> None:
    made = {kind for kind, _, _ in resources(templates)}
    assert not {kind: FORBIDDEN[kind] for kind in made & FORBIDDEN.keys()}


def test_no_rule_allows_the_internet(templates: dict[str, Template]) -> None:
    assert not [value for value in values(templates) if INTERNET.search(str(value))]


def test_no_policy_grants_all_actions(templates: dict[str, Template]) -> None:
    found = list(statements(templates))
    assert found
    for where, statement in found:
        if statement["Effect"] != "Allow":
            continue
        assert "NotAction" not in statement, where
        assert "NotResource" not in statement, where
        for action in listed(statement["Action"]):
            service, _, verb = action.partition(":")
            assert service not in ("*", ""), (where, action)
            # In a key policy, "*" is the key.
            if not where.startswith("aws_kms_key."):
                assert verb != "*", (where, action)


def test_no_role_has_full_access_to_a_service(templates: dict[str, Template]) -> None:
    assert not [value for value in values(templates) if SWEEPING.search(str(value))]


def test_every_role_has_the_permissions_boundary(
    templates: dict[str, Template], request: pytest.FixtureRequest
) -> None:
    bounded = "permissions_boundary" in request.node.callspec.params["templates"]
    expected = "arn:aws:iam::123456789012:policy/boundary" if bounded else None
    for kind, address, resource in resources(templates):
        if kind == "aws_iam_role":
            assert resource.get("permissions_boundary") == expected, address


def test_roles_trust_only_services_of_this_account(templates: dict[str, Template]) -> None:
    for kind, address, resource in resources(templates):
        if kind != "aws_iam_role":
            continue
        for statement in json.loads(resource["assume_role_policy"])["Statement"]:
            assert set(statement["Principal"]) == {"Service"}, address
            assert "aws:SourceAccount" in json.dumps(statement["Condition"]), address


def test_every_name_starts_with_the_deployments_name(
    templates: dict[str, Template],
) -> None:
    keys = ("name", "domain_name", "image_name", "app_image_config_name", "name_prefix")
    for kind, address, resource in resources(templates):
        if kind == "aws_iam_role_policy":  # unique within its role
            continue
        for key in keys:
            name = resource.get(key, "")
            if name and not name.startswith("${"):
                expected = re.compile(r"(alias/|/[a-z/-]*)?studio([-/]|$)")
                assert expected.match(name), (kind, address, name)


def test_only_the_key_of_kept_home_directories_has_prevent_destroy(
    templates: dict[str, Template],
) -> None:
    resisting = [
        (kind, resource["description"])
        for kind, _, resource in resources(templates)
        if resource.get("lifecycle", {}).get("prevent_destroy")
    ]
    assert resisting in (
        [],
        [("aws_kms_key", "Home directories and disks of the Studio studio")],
    )


def test_all_stacks_have_the_same_provider_and_tags(templates: dict[str, Template]) -> None:
    providers = [template["provider"] for template in templates.values()]
    assert all(set(provider) == {"aws"} for provider in providers)
    assert all(provider == providers[0] for provider in providers)
