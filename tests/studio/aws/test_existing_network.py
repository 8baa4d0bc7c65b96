"""Reading an existing VPC."""

import json
from typing import Any

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_network import ExistingNetwork, Route, read_network
from studio_emulator.server import Emulator
from tests.studio.account import ACCOUNT, REGION
from tests.studio.deployed_studio import deny
from tests.studio.network_team import ALL, TeamVpc


def read(team_vpc: TeamVpc, **network: Any) -> ExistingNetwork:
    return read_network(Aws(REGION), Settings.model_validate(team_vpc.settings(**network)))


def test_read_network_reads_the_vpc_and_changes_nothing(
    entered: Emulator, team_vpc: TeamVpc
) -> None:
    before = entered.inventory()
    found = read(team_vpc)
    assert (found.owner, found.account, found.cidrs) == (ACCOUNT, ACCOUNT, ("10.8.0.0/16",))
    assert (found.dns_support, found.dns_hostnames, found.deployed) == (True, True, False)
    assert found.unknown == {}
    first, second = found.subnets
    assert (first.zone, second.zone) == ("us-east-1a", "us-east-1b")
    assert (first.cidr, first.owner, first.vpc_id) == ("10.8.0.0/24", ACCOUNT, team_vpc.vpc_id)
    # AWS reserves five addresses, and each endpoint has one.
    assert first.free == 251 - len(ALL)
    assert Route(destination="10.8.0.0/16", target="local") in (first.routes or ())
    assert team_vpc.gateway_id in {route.target for route in first.routes or ()}
    assert {one.id for one in found.endpoints} == {
        team_vpc.gateway_id,
        *team_vpc.endpoints.values(),
    }
    assert all(one.private_dns for one in found.endpoints if one.kind == "Interface")
    assert {f"{REGION}a", f"{REGION}b"} <= found.zones
    held = next(group for group in found.groups if group.id == team_vpc.group_id)
    assert ((443, 443), ("10.8.0.0/16",)) in {(rule.ports, rule.peers) for rule in held.rules}
    assert entered.inventory() == before


def test_a_subnet_without_its_own_route_table_has_the_main_one(team_vpc: TeamVpc) -> None:
    ec2 = team_vpc.ec2
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [team_vpc.vpc_id]}])
    (main,) = (
        table["RouteTableId"]
        for table in tables["RouteTables"]
        if any(one.get("Main") for one in table["Associations"])
    )
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=team_vpc.vpc_id)
    ec2.create_route(RouteTableId=main, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    lone = ec2.create_subnet(
        VpcId=team_vpc.vpc_id, CidrBlock="10.8.9.0/24", AvailabilityZone=f"{REGION}c"
    )["Subnet"]["SubnetId"]
    own, of_main = read(team_vpc, subnet_ids=[team_vpc.subnet_ids[0], lone]).subnets
    route = Route(destination="0.0.0.0/0", target=gateway)
    assert route in (of_main.routes or ())
    assert route not in (own.routes or ())


def test_read_network_reads_policies_and_tags_and_ignores_unknown_ids(team_vpc: TeamVpc) -> None:
    document = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
    team_vpc.ec2.modify_vpc_endpoint(
        VpcEndpointId=team_vpc.endpoints["sts"], PolicyDocument=json.dumps(document)
    )
    mark = [{"Key": "StudioDeployment", "Value": "studio"}]
    team_vpc.ec2.create_tags(Resources=[team_vpc.endpoints["ssm"], team_vpc.group_id], Tags=mark)
    found = read(team_vpc, subnet_ids=[team_vpc.subnet_ids[0], "subnet-0123456789abcdef0"])
    assert [subnet.id for subnet in found.subnets] == team_vpc.subnet_ids[:1]
    by_id = {one.id: one for one in found.endpoints}
    assert by_id[team_vpc.endpoints["sts"]].policy == document
    assert [one.id for one in found.endpoints if one.ours] == [team_vpc.endpoints["ssm"]]
    assert found.deployed
    assert read(team_vpc, vpc_id="vpc-0123456789abcdef0").owner is None


def test_read_network_continues_after_a_denied_call(
    team_vpc: TeamVpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, "ec2", "DescribeRouteTables")
    found = read(team_vpc)
    assert found.unknown.keys() == {"routes"}
    assert [subnet.routes for subnet in found.subnets] == [None, None]
    assert len(found.endpoints) == len(ALL) + 1
