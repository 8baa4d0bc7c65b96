"""In an existing VPC, the stacks read the VPC and create the missing resources."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.endpoint_services import service_name, services
from catalog.names import Feature
from settings import UserError
from tests.program import Template, synthesize

VPC = """
    network.vpc_id = "vpc-0123456789abcdef0"
    network.subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
"""
USERS = "[users.alice]\n[users.bob]\n"
OURS_ONLY = {
    *("aws_vpc", "aws_subnet", "aws_route_table", "aws_route_table_association"),
    *("aws_default_security_group", "aws_flow_log"),
}
"""Types of resources that change a VPC."""

ALL = services([Feature.CONNECT])

Stacks = dict[str, Template]


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Synthesizes all stacks in the existing VPC, with additional settings."""

    def build(more: str = "", *, found: str = "") -> Stacks:
        folder: Path = tmp_path_factory.mktemp("existing")
        if found:
            (folder / "settings.endpoints.toml").write_text(found)
        return synthesize(folder, f"{VPC}\n{more}\n{USERS}")

    return build


@pytest.fixture(scope="module")
def created(stacks: Any) -> Stacks:
    found: Stacks = stacks()
    return found


def kinds(stacks: Stacks) -> set[str]:
    return {kind for template in stacks.values() for kind in template.get("resource", {})}


def endpoint_services(stacks: Stacks) -> set[str]:
    endpoints = stacks["network"].get("resource", {}).get("aws_vpc_endpoint", {}).values()
    return {endpoint["service_name"] for endpoint in endpoints}


def full_names(*short: str) -> set[str]:
    return {service_name(service, "us-east-1") for service in short}


def test_the_stacks_read_the_vpc_and_do_not_change_it(created: Stacks) -> None:
    assert not kinds(created) & OURS_ONLY
    data = created["network"]["data"]
    (vpc,) = data["aws_vpc"].values()
    assert vpc["id"] == "vpc-0123456789abcdef0"
    assert [subnet["id"] for subnet in data["aws_subnet"].values()] == [
        "subnet-0123456789abcdef0",
        "subnet-0123456789abcdef1",
    ]
    # The data source does not find a subnet of another VPC, and the plan fails.
    assert {subnet["vpc_id"] for subnet in data["aws_subnet"].values()} == {
        f"${{data.aws_vpc.{next(iter(data['aws_vpc']))}.id}}"
    }
    (check,) = vpc["lifecycle"]["postcondition"]
    assert check["condition"] == "${self.enable_dns_support && self.enable_dns_hostnames}"


def test_no_gateway_endpoint_adds_routes_to_existing_route_tables(created: Stacks) -> None:
    endpoints = created["network"]["resource"]["aws_vpc_endpoint"].values()
    assert {endpoint["vpc_endpoint_type"] for endpoint in endpoints} == {"Interface"}
    assert not any("route_table_ids" in endpoint for endpoint in endpoints)
    (s3,) = created["network"]["data"]["aws_prefix_list"].values()
    assert s3["name"] == "com.amazonaws.us-east-1.s3"


def test_the_other_stacks_get_the_same_outputs_as_in_a_new_vpc(created: Stacks) -> None:
    outputs = created["network"]["output"]
    assert {"vpc_id", "subnet_ids", "destroy_with"} <= outputs.keys()
    (domain,) = created["domain"]["resource"]["aws_sagemaker_domain"].values()
    assert domain["app_network_access_type"] == "VpcOnly"
    assert len(domain["subnet_ids"]) == 2
    profiles = created["users"]["resource"]["aws_sagemaker_user_profile"].values()
    groups = [tuple(profile["user_settings"]["security_groups"]) for profile in profiles]
    assert len(set(groups)) == 2, "a group for each user"


@pytest.mark.parametrize(
    ("choice", "made"),
    [
        ('"create"', ALL),
        ('["ssm", "sts"]', ("sagemaker.api", "sagemaker.runtime", "studio", "ssmmessages", "logs")),
        ('"existing"', ()),
    ],
)
def test_only_missing_endpoints_are_created(
    stacks: Any, choice: str, made: tuple[str, ...]
) -> None:
    found = stacks(f"network.endpoints = {choice}")
    assert endpoint_services(found) == full_names(*made)


def test_existing_endpoints_are_not_created(stacks: Any) -> None:
    record = 'vpc_id = "vpc-0123456789abcdef0"\n[endpoints]\n' + "".join(
        f'"{service}" = "vpce-0123456789abcdef0"\n' for service in ALL if service != "logs"
    )
    found = stacks('network.endpoints = "create-missing"', found=record)
    assert endpoint_services(found) == full_names("logs")


def test_without_the_endpoints_of_the_vpc_synthesis_names_the_command_that_reads_them(
    tmp_path: Path,
) -> None:
    with pytest.raises(UserError) as refused:
        synthesize(tmp_path, f'{VPC}\nnetwork.endpoints = "create-missing"\n{USERS}')
    assert refused.value.exit_code == 2
    assert "\n" not in str(refused.value)
    assert "`studio plan --out DIR` or `studio up` writes it" in str(refused.value)


def test_apps_reach_existing_endpoints_by_the_cidr_ranges_of_the_vpc(stacks: Any) -> None:
    template = stacks('network.endpoints = "existing"')["network"]
    rules = template["resource"]["aws_vpc_security_group_egress_rule"].values()
    (https,) = (rule for rule in rules if "interface endpoints" in rule["description"])
    assert https["cidr_ipv4"] == "${each.value}"
    assert https["from_port"] == https["to_port"] == 443
    (ranges,) = (name for name in template["locals"] if name in https["for_each"])
    assert "cidr_block_associations" in template["locals"][ranges]


def test_existing_security_groups_replace_the_group_of_the_apps(stacks: Any) -> None:
    group = "sg-0123456789abcdef0"
    found = stacks(f'network.endpoints = "existing"\nnetwork.security_group_ids = ["{group}"]')
    assert "aws_security_group" not in kinds(found)
    (domain,) = found["domain"]["resource"]["aws_sagemaker_domain"].values()
    assert domain["default_user_settings"]["security_groups"] == [group]
    assert domain["default_space_settings"]["security_groups"] == [group]
    for profile in found["users"]["resource"]["aws_sagemaker_user_profile"].values():
        assert profile["user_settings"]["security_groups"] == [group]


def test_no_rule_allows_the_internet(created: Stacks) -> None:
    assert not [open_ for open_ in ("0.0.0.0/0", "::/0") if open_ in json.dumps(created)]


def test_outputs_name_the_command_that_destroys_the_deployment(created: Stacks) -> None:
    said = created["network"]["output"]["destroy_with"]["value"]
    assert said.startswith("studio down; cdktf destroy '*' leaves ")
