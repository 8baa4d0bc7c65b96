"""The network stack, with a VPC of its own and in an existing VPC."""

import ipaddress
import json
from typing import Any

import pytest
from cdktf import Testing

from catalog.endpoint_services import service_name, services
from settings import Feature
from stacks.network import NetworkStack
from tests.samples import EXISTING_VPC
from tests.synthesis import (
    Template,
    by_address,
    group_names,
    interfaces,
    once,
    only,
    references,
    settings,
    synth,
)

RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
OURS_ONLY = {
    *("aws_vpc", "aws_subnet", "aws_route_table", "aws_route_table_association"),
    *("aws_default_security_group", "aws_flow_log"),
}
"""Types of resources that change a VPC."""


@once
def network(**sections: Any) -> Template:
    return synth(NetworkStack(Testing.app(), "network", settings=settings(**sections)))


def rules(template: Template) -> list[dict[str, Any]]:
    return [rule for kind in RULES for rule in template["resource"].get(kind, {}).values()]


@pytest.mark.parametrize("zones", [2, 6])
def test_each_zone_has_a_subnet_in_the_range_of_the_vpc_that_reaches_s3(zones: int) -> None:
    template = network(network={"zones": zones, "cidr": "10.30.0.0/20"})
    assert only(template, "aws_vpc")["cidr_block"] == "10.30.0.0/20"
    subnets = template["resource"]["aws_subnet"].values()
    ranges = {ipaddress.IPv4Network(subnet["cidr_block"]) for subnet in subnets}
    assert len(ranges) == len(subnets) == zones
    assert all(part.subnet_of(ipaddress.IPv4Network("10.30.0.0/20")) for part in ranges)
    endpoints = template["resource"]["aws_vpc_endpoint"].values()
    (found,) = (e["route_table_ids"] for e in endpoints if "route_table_ids" in e)
    assert set(found) == references(template, "aws_route_table").keys()


def test_subnets_are_in_zones_that_offer_sagemaker() -> None:
    template = network(network={"zones": 3})
    zones = only(template, "aws_availability_zones", "data")
    filters = {entry["name"]: entry["values"] for entry in zones["filter"]}
    offer = template["data"]["aws_vpc_endpoint_service"]["sagemaker"]
    assert offer["service_name"] == "com.amazonaws.us-east-1.sagemaker.api"
    assert "data.aws_vpc_endpoint_service.sagemaker.availability_zones" in filters["zone-name"]


def test_apps_reach_the_ranges_the_endpoints_and_the_gateway_of_the_vpc() -> None:
    template = network(network={"zones": 2, "cidr": "10.30.0.0/20"})
    endpoints = references(template, "aws_vpc_endpoint", "prefix_list_id").items()
    (s3,) = (list_ for list_, one in endpoints if one["vpc_endpoint_type"] == "Gateway")
    names = group_names(template)
    found = {
        (names[rule["security_group_id"]], rule.get(peer) and names.get(rule[peer], rule[peer]))
        for rule in rules(template)
        for peer in ("cidr_ipv4", "referenced_security_group_id", "prefix_list_id")
        if peer in rule
    }
    assert found == {
        ("studio-endpoints", "10.30.0.0/20"),
        ("studio-apps", "10.30.0.0/20"),
        ("studio-apps", "studio-apps"),
        ("studio-apps", "studio-endpoints"),
        ("studio-apps", s3),
    }


@pytest.mark.parametrize("features", [[], ["connect"], [feature.value for feature in Feature]])
def test_the_features_have_their_endpoints(features: list[str]) -> None:
    assert interfaces(network(features=features)).keys() == {
        service_name(service, "us-east-1") for service in services(map(Feature, features))
    }


def test_endpoints_have_their_group_and_at_most_the_zones_of_the_settings() -> None:
    template = network(network={"zones": 3, "endpoint_zones": 1})
    names = group_names(template)
    for endpoint in interfaces(template).values():
        assert [names[group] for group in endpoint["security_group_ids"]] == ["studio-endpoints"]
        assert endpoint["subnet_ids"].startswith("${slice(")
    for endpoint in interfaces(network(network={"zones": 3, "endpoint_zones": 3})).values():
        assert "slice" not in endpoint["subnet_ids"]


def test_without_endpoints_the_other_resources_do_not_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = network()
    monkeypatch.setattr("stacks.network.PrivateEndpoints", lambda *_, **__: None)
    paused = synth(NetworkStack(Testing.app(), "network", settings=settings()))
    assert not interfaces(paused)
    assert by_address(paused).items() <= by_address(whole).items()
    assert whole["resource"].keys() == paused["resource"].keys()
    assert whole["output"] == paused["output"]


def test_flow_logs_are_those_of_the_vpc_and_the_account() -> None:
    template = network(network={"flow_log_days": 30})
    assert [only(template, "aws_flow_log")["vpc_id"]] == [*references(template, "aws_vpc")]
    assert only(template, "aws_cloudwatch_log_group")["retention_in_days"] == 30
    trust = only(template, "aws_iam_role")["assume_role_policy"]
    assert ":${data.aws_caller_identity.caller.account_id}:vpc-flow-log/*" in trust


@pytest.mark.parametrize(
    ("sections", "gone"),
    [
        (
            {"network": {"flow_logs": False}},
            {"aws_flow_log", "aws_cloudwatch_log_group", "aws_iam_role", "aws_kms_key"},
        ),
        ({"domain": {"kms": "aws-managed"}}, {"aws_kms_key"}),
    ],
)
def test_flow_logs_and_their_key_are_optional(sections: dict[str, Any], gone: set[str]) -> None:
    everything = network()["resource"].keys()
    assert gone <= everything
    assert not gone & network(**sections)["resource"].keys()


@pytest.mark.parametrize(("chosen", "subnets"), [({"zones": 3}, 3), (EXISTING_VPC, 2)])
def test_outputs_have_the_vpc_and_its_subnets(chosen: dict[str, Any], subnets: int) -> None:
    outputs = network(network=chosen)["output"]
    assert len(outputs["subnet_ids"]["value"]) == subnets
    assert all(outputs[name]["description"] for name in ("vpc_id", "subnet_ids"))


@pytest.mark.parametrize(
    ("sections", "cdktf"),
    [
        ({"domain": {"retention": "Retain"}}, "cannot delete the VPC"),
        ({"domain": {"retention": "Delete"}}, "only where nobody has created an app"),
        (
            {"network": EXISTING_VPC},
            "groups in vpc-0123456789abcdef0",
        ),
    ],
)
def test_outputs_name_the_command_that_destroys_the_deployment(
    sections: dict[str, Any], cdktf: str
) -> None:
    said = network(**sections)["output"]["destroy_with"]["value"]
    assert said.startswith("studio down; cdktf destroy '*' ")
    assert cdktf in said


def test_an_existing_vpc_is_read_and_not_changed() -> None:
    template = network(network=EXISTING_VPC)
    assert not template["resource"].keys() & OURS_ONLY
    endpoints = template["resource"]["aws_vpc_endpoint"].values()
    assert {endpoint["vpc_endpoint_type"] for endpoint in endpoints} == {"Interface"}
    assert only(template, "aws_vpc", "data")["id"] == EXISTING_VPC["vpc_id"]
    subnets = template["data"]["aws_subnet"].values()
    assert [subnet["id"] for subnet in subnets] == EXISTING_VPC["subnet_ids"]
    assert not [text for text in ("0.0.0.0/0", "::/0") if text in json.dumps(template)]


@pytest.mark.parametrize(
    ("choice", "made"),
    [
        ("create", services([Feature.CONNECT])),
        (["ssm", "sts"], ("sagemaker.api", "sagemaker.runtime", "studio", "ssmmessages", "logs")),
        ("existing", ()),
    ],
)
def test_only_missing_endpoints_are_created(choice: str | list[str], made: tuple[str, ...]) -> None:
    template = network(network={**EXISTING_VPC, "endpoints": choice})
    assert interfaces(template).keys() == {service_name(service, "us-east-1") for service in made}


@pytest.mark.parametrize("endpoints", ["existing", ["ssm"]])
def test_apps_reach_existing_endpoints_by_the_cidr_ranges_of_the_vpc(
    endpoints: str | list[str],
) -> None:
    template = network(network={**EXISTING_VPC, "endpoints": endpoints})
    (https,) = (rule for rule in rules(template) if "to the interface" in rule["description"])
    assert https["cidr_ipv4"] == "${each.value}"
    (ranges,) = (name for name in template["locals"] if name in https["for_each"])
    assert "cidr_block_associations" in template["locals"][ranges]


def test_existing_security_groups_replace_the_group_of_the_apps() -> None:
    groups = ["sg-0123456789abcdef0"]
    template = network(
        network={**EXISTING_VPC, "endpoints": "existing", "security_group_ids": groups}
    )
    assert "aws_security_group" not in template.get("resource", {})
