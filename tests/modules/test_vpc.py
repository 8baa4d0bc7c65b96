"""A VPC without internet."""

from typing import Any

import pytest

from modules.vpc import IsolatedVpc
from tests.synthesis import Template, by_address, new_stack, once, only, references, synth


@once
def vpc(*, subnets: int = 2, zones: list[str] | None = None) -> Template:
    stack = new_stack()
    cidrs = [f"10.0.{number}.0/24" for number in range(subnets)]
    IsolatedVpc(stack, "vpc", cidr="10.0.0.0/16", subnet_cidrs=cidrs, name="lab", zones=zones)
    return synth(stack)


def test_the_vpc_has_dns() -> None:
    found = only(vpc(), "aws_vpc")
    assert found["cidr_block"] == "10.0.0.0/16"
    assert found["enable_dns_support"] is True
    assert found["enable_dns_hostnames"] is True


@pytest.mark.parametrize("number", [1, 6])
def test_each_zone_has_a_subnet_and_a_route_table_without_routes(number: int) -> None:
    template = vpc(subnets=number)
    resources = template["resource"]
    subnets, tables = resources["aws_subnet"], resources["aws_route_table"]
    associations = resources["aws_route_table_association"].values()
    assert len(subnets) == len(tables) == len(associations) == number
    assert len({subnet["availability_zone"] for subnet in subnets.values()}) == number
    for part, kind in (("subnet_id", "aws_subnet"), ("route_table_id", "aws_route_table")):
        assert {one[part] for one in associations} == references(template, kind).keys()
    assert not [table for table in tables.values() if "route" in table]


def test_another_zone_does_not_change_the_other_subnets() -> None:
    assert by_address(vpc(subnets=2)).items() < by_address(vpc(subnets=3)).items()


def test_a_subnet_never_moves_to_another_zone() -> None:
    for subnet in vpc()["resource"]["aws_subnet"].values():
        assert subnet["lifecycle"]["ignore_changes"] == ["availability_zone"]


def test_no_subnet_assigns_public_ip_addresses() -> None:
    subnets = vpc()["resource"]["aws_subnet"].values()
    assert {subnet["map_public_ip_on_launch"] for subnet in subnets} == {False}


@pytest.mark.parametrize("zones", [None, ["us-east-1a", "us-east-1b"]])
def test_subnets_are_in_the_available_zones_of_the_region(zones: list[str] | None) -> None:
    found = only(vpc(subnets=2, zones=zones), "aws_availability_zones", "data")
    expected: dict[str, Any] = {"zone-type": ["availability-zone"]}
    if zones:
        expected["zone-name"] = zones
    assert found["state"] == "available"
    assert {entry["name"]: entry["values"] for entry in found["filter"]} == expected
    (check,) = found["lifecycle"]["postcondition"]
    assert check["condition"] == "${length(self.names) >= 2}"
    assert "${join" in check["error_message"]


def test_the_default_security_group_has_no_rules() -> None:
    group = only(vpc(), "aws_default_security_group")
    assert not {"ingress", "egress"} & group.keys()


def test_resources_have_a_name() -> None:
    names = {
        "aws_vpc": ["lab"],
        "aws_default_security_group": ["lab-unused-default"],
        "aws_subnet": ["lab-private-1", "lab-private-2"],
        "aws_route_table": ["lab-private-1", "lab-private-2"],
    }
    for kind, expected in names.items():
        tags = [resource["tags"] for resource in vpc()["resource"][kind].values()]
        assert tags == [{"Name": name} for name in expected]
