"""Sessions to a space require that its app reaches Systems Manager."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.studio.app_network import AppNetwork


def addresses(block: str) -> dict[str, Any]:
    return {"source_groups": [], "ip_ranges": [{"CidrIp": block}]}


@pytest.mark.parametrize(
    ("allowed", "endpoints", "possible"),
    [
        ({}, {}, True),
        (addresses("10.0.0.0/16"), {}, True),
        (addresses("192.168.0.0/16"), {}, False),
        ({"port": 80}, {}, False),
        ({"protocol": "udp"}, {}, False),
        (None, {}, False),
        ({}, {"groups": False}, False),
        ({}, {"private_dns": False}, False),
        ({}, {"names": ["ssm"]}, False),
    ],
)
def test_endpoints_and_what_their_group_allows(
    allowed: dict[str, Any] | None, endpoints: dict[str, Any], possible: bool
) -> None:
    it = AppNetwork()
    if allowed is not None:
        it.allow(**allowed)
    it.endpoints(**endpoints)
    it.require_session(possible=possible)


def after_a_rule_for_s3(it: AppNetwork) -> None:
    """The order of rules in a security group does not matter."""
    group = it.ec2.get_security_group_from_id(it.studio.group)
    rules = list(group.egress_rules)
    group.egress_rules.clear()
    lists = it.ec2.managed_prefix_lists.values()
    (s3,) = (each.id for each in lists if each.prefix_list_name.endswith(".s3"))
    it.ec2.authorize_security_group_egress(
        group.id, "tcp", "443", "443", ip_ranges=[], prefix_list_ids=[{"PrefixListId": s3}]
    )
    group.egress_rules.extend(rules)
    it.through_endpoints()


def through_a_transit_gateway(it: AppNetwork) -> None:
    it.route(transit_gateway_id=it.ec2.create_transit_gateway("", {}).id)


def private_nat(it: AppNetwork) -> str:
    """Create a private NAT gateway and the default route to it; the gateway's subnet."""
    subnet = str(it.ec2.create_subnet(it.studio.vpc, "10.0.9.0/24", None).id)
    gateway = it.ec2.create_nat_gateway(subnet, [], None, connectivity_type="private")
    it.route(nat_gateway_id=gateway.id)
    return subnet


def through_private_nat_and_a_transit_gateway(it: AppNetwork) -> None:
    table = it.ec2.create_route_table(it.studio.vpc)
    it.ec2.associate_route_table(table.id, subnet_id=private_nat(it))
    it.route(table.id, transit_gateway_id=it.ec2.create_transit_gateway("", {}).id)


def no_dns_in_the_vpc(it: AppNetwork) -> None:
    it.through_endpoints()
    it.ec2.modify_vpc_attribute(it.studio.vpc, "enable_dns_support", "false")


def a_loop_of_private_nat(it: AppNetwork) -> None:
    """The gateway's subnet has the same default route."""
    private_nat(it)


def no_egress_of_apps(it: AppNetwork) -> None:
    it.through_endpoints()
    it.ec2.get_security_group_from_id(it.studio.group).egress_rules.clear()


def closed_endpoints_and_nat(it: AppNetwork) -> None:
    """Private DNS replaces the public addresses."""
    it.endpoints()
    it.through_nat()


def an_internet_gateway_only(it: AppNetwork) -> None:
    """The interfaces of apps have no public address."""
    it.route(gateway_id=it.internet_gateway())


def nat_without_an_internet_gateway(it: AppNetwork) -> None:
    it.route(nat_gateway_id=it.nat(outside=False))


def a_route_to_a_deleted_nat_gateway(it: AppNetwork) -> None:
    gateway = it.nat()
    it.route(nat_gateway_id=gateway)
    it.ec2.delete_nat_gateway(gateway)


def a_route_to_a_deleted_transit_gateway(it: AppNetwork) -> None:
    gateway = it.ec2.create_transit_gateway("", {}).id
    it.route(transit_gateway_id=gateway)
    it.ec2.delete_transit_gateway(gateway)


def nat_with_a_detached_internet_gateway(it: AppNetwork) -> None:
    it.through_nat()
    (gateway,) = it.ec2.internet_gateways
    it.ec2.detach_internet_gateway(gateway, it.studio.vpc)


@pytest.mark.parametrize(
    ("connect_node", "possible"),
    [
        (after_a_rule_for_s3, True),
        (AppNetwork.through_nat, True),
        (through_a_transit_gateway, True),
        (through_private_nat_and_a_transit_gateway, True),
        (lambda _: None, False),
        (no_dns_in_the_vpc, False),
        (a_loop_of_private_nat, False),
        (no_egress_of_apps, False),
        (closed_endpoints_and_nat, False),
        (an_internet_gateway_only, False),
        (nat_without_an_internet_gateway, False),
        (a_route_to_a_deleted_nat_gateway, False),
        (a_route_to_a_deleted_transit_gateway, False),
        (nat_with_a_detached_internet_gateway, False),
    ],
)
def test_routes_of_the_node(connect_node: Callable[[AppNetwork], None], possible: bool) -> None:
    it = AppNetwork()
    connect_node(it)
    it.require_session(possible=possible)
