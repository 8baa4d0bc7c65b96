"""Reading an existing VPC."""

import json
from typing import Any

import pytest

from studio.aws.client import Aws
from studio.aws.existing_network import ExistingNetwork, Route, read_network
from studio_emulator.server import Emulator
from tests.studio.account import ACCOUNT, REGION
from tests.studio.deployed_studio import deny
from tests.studio.network_team import ALL, TeamVpc


def read(team_vpc: TeamVpc, **network: Any) -> ExistingNetwork:
    return read_network(Aws(REGION), team_vpc.settings(**network))


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


def test_read_network_reads_routes_through_every_gateway(team_vpc: TeamVpc) -> None:
    ec2, vpc_id = team_vpc.ec2, team_vpc.vpc_id
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    peering = ec2.create_vpc_peering_connection(VpcId=vpc_id, PeerVpcId=other)
    connection = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=connection)
    vpn = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc_id, VpnGatewayId=vpn)
    nat = ec2.create_nat_gateway(SubnetId=team_vpc.subnet_ids[0], ConnectivityType="private")
    interface = ec2.create_network_interface(SubnetId=team_vpc.subnet_ids[1])["NetworkInterface"]
    egress = ec2.create_egress_only_internet_gateway(VpcId=vpc_id)["EgressOnlyInternetGateway"]
    transit = ec2.create_transit_gateway()["TransitGateway"]
    routes = {
        "10.0.0.0/8": {"TransitGatewayId": transit["TransitGatewayId"]},
        "10.9.0.0/16": {"VpcPeeringConnectionId": connection},
        "64.0.0.0/2": {"GatewayId": vpn},
        "128.0.0.0/1": {"NatGatewayId": nat["NatGateway"]["NatGatewayId"]},
        "32.0.0.0/3": {"NetworkInterfaceId": interface["NetworkInterfaceId"]},
        "::/0": {"EgressOnlyInternetGatewayId": egress["EgressOnlyInternetGatewayId"]},
    }
    for cidr, target in routes.items():
        key = "DestinationIpv6CidrBlock" if cidr == "::/0" else "DestinationCidrBlock"
        ec2.create_route(RouteTableId=team_vpc.table_id, **{key: cidr}, **target)
    wanted = {
        Route(destination=cidr, target=id_)
        for cidr, target in routes.items()
        for id_ in target.values()
    }
    for subnet in read(team_vpc).subnets:
        assert wanted <= set(subnet.routes or ())


def test_read_network_reads_a_vpc_that_was_changed(team_vpc: TeamVpc) -> None:
    ec2, own = team_vpc.ec2, {"GroupId": team_vpc.group_id}
    ec2.modify_vpc_attribute(VpcId=team_vpc.vpc_id, EnableDnsSupport={"Value": False})
    ec2.associate_vpc_cidr_block(VpcId=team_vpc.vpc_id, CidrBlock="100.64.0.0/16")
    ec2.modify_vpc_endpoint(VpcEndpointId=team_vpc.endpoints["sts"], PrivateDnsEnabled=False)
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 23, "UserIdGroupPairs": [own]}
    dns = {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "UserIdGroupPairs": [own]}
    ec2.authorize_security_group_ingress(**own, IpPermissions=[ssh, dns])
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    foreign = ec2.create_subnet(VpcId=other, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    found = read(team_vpc, subnet_ids=[team_vpc.subnet_ids[0], foreign])
    assert (found.dns_support, found.dns_hostnames) == (False, True)
    assert found.cidrs == ("10.8.0.0/16", "100.64.0.0/16")
    without = [one.id for one in found.endpoints if not one.private_dns]
    assert without == [team_vpc.gateway_id, team_vpc.endpoints["sts"]]
    rules = {(one.egress, one.ports, one.peers) for each in found.groups for one in each.rules}
    assert (False, (22, 23), (team_vpc.group_id,)) in rules
    assert (True, None, ("0.0.0.0/0",)) in rules
    assert not [ports for _, ports, _ in rules if ports == (53, 53)]
    assert [subnet.vpc_id for subnet in found.subnets] == [team_vpc.vpc_id, other]


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
