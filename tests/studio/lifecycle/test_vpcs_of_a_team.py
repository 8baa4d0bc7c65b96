"""What `studio up` reports of VPCs that network teams create, on the emulated EC2.

The checks themselves, with more cases, are in tests/studio/doctor/test_existing_network.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.lifecycle.preflight import require_existing
from studio_emulator.server import Emulator
from tests.studio.account import ACCOUNT, REGION, client
from tests.studio.network_team import ALL, TeamVpc

OTHER = "999999999999"
ALMOST_ALL = [service for service in ALL if service != "sts"]
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def route(team: TeamVpc, destination: str = "0.0.0.0/0", **target: str) -> None:
    kind = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    team.ec2.create_route(RouteTableId=team.table_id, **{kind: destination}, **target)


def internet_gateway(team: TeamVpc) -> str:
    made = str(team.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"])
    team.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=team.vpc_id)
    return made


def nat(team: TeamVpc, **more: str) -> str:
    made = team.ec2.create_nat_gateway(
        SubnetId=team.subnet_ids[0], ConnectivityType="private", **more
    )
    return str(made["NatGateway"]["NatGatewayId"])


def transit_gateway(team: TeamVpc) -> str:
    return str(team.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"])


def virtual_private_gateway(team: TeamVpc) -> str:
    made = str(team.ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"])
    team.ec2.attach_vpn_gateway(VpcId=team.vpc_id, VpnGatewayId=made)
    return made


def egress_only(team: TeamVpc) -> str:
    made = team.ec2.create_egress_only_internet_gateway(VpcId=team.vpc_id)
    return str(made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"])


def interface(team: TeamVpc) -> str:
    made = team.ec2.create_network_interface(SubnetId=team.subnet_ids[1])
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def peering(team: TeamVpc) -> str:
    peer = team.ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    made = team.ec2.create_vpc_peering_connection(VpcId=team.vpc_id, PeerVpcId=peer)
    id_ = str(made["VpcPeeringConnection"]["VpcPeeringConnectionId"])
    team.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    return id_


def main_table(team: TeamVpc) -> str:
    tables = team.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [team.vpc_id]}])[
        "RouteTables"
    ]
    return next(
        str(one["RouteTableId"])
        for one in tables
        if any(each.get("Main") for each in one["Associations"])
    )


def subnet(team: TeamVpc, cidr: str, zone: str, vpc_id: str = "") -> str:
    made = team.ec2.create_subnet(
        VpcId=vpc_id or team.vpc_id, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}"
    )
    return str(made["Subnet"]["SubnetId"])


def routed(team: TeamVpc, subnet_id: str) -> str:
    team.ec2.associate_route_table(RouteTableId=team.table_id, SubnetId=subnet_id)
    return subnet_id


def attribute(name: str) -> Change:
    return lambda team: team.ec2.modify_vpc_attribute(VpcId=team.vpc_id, **{name: {"Value": False}})


def policy(service: str, **statement: Any) -> Change:
    document = json.dumps({"Statement": [EVERYTHING | statement]})

    def change(team: TeamVpc) -> None:
        id_ = team.gateway_id if service == "s3" else team.endpoints[service]
        team.ec2.modify_vpc_endpoint(VpcEndpointId=id_, PolicyDocument=document)

    return change


def endpoint(service: str, **more: Any) -> Change:
    return lambda team: team.ec2.modify_vpc_endpoint(VpcEndpointId=team.endpoints[service], **more)


def instead(team: TeamVpc, permissions: Iterable[dict[str, Any]]) -> None:
    """Other inbound rules of the endpoints' security group."""
    group = team.ec2.describe_security_groups(GroupIds=[team.group_id])["SecurityGroups"][0]
    team.ec2.revoke_security_group_ingress(
        GroupId=team.group_id, IpPermissions=group["IpPermissions"]
    )
    team.ec2.authorize_security_group_ingress(
        GroupId=team.group_id, IpPermissions=list(permissions)
    )


def tcp(port: int, *cidrs: str) -> dict[str, Any]:
    ranges = [{"CidrIp": cidr} for cidr in cidrs]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}


def acl(cidr: str, low: int, high: int, *, egress: bool) -> Change:
    def change(team: TeamVpc) -> None:
        found = team.ec2.describe_network_acls(
            Filters=[{"Name": "vpc-id", "Values": [team.vpc_id]}]
        )
        team.ec2.create_network_acl_entry(
            NetworkAclId=found["NetworkAcls"][0]["NetworkAclId"], RuleNumber=10, Protocol="6",
            RuleAction="deny", Egress=egress, CidrBlock=cidr, PortRange={"From": low, "To": high},
        )  # fmt: skip

    return change


def group(team: TeamVpc, *, vpc_id: str = "", closed: bool = False) -> str:
    made = team.ec2.create_security_group(
        GroupName="apps", Description="apps", VpcId=vpc_id or team.vpc_id
    )["GroupId"]
    if closed:
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        team.ec2.revoke_security_group_egress(GroupId=made, IpPermissions=[everything])
    return str(made)


def other_vpc(team: TeamVpc) -> str:
    return str(team.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])


def second_range(team: TeamVpc) -> dict[str, Any]:
    """A subnet in a second range, which the endpoints' security group does not admit."""
    team.ec2.associate_vpc_cidr_block(VpcId=team.vpc_id, CidrBlock="100.64.0.0/16")
    return {"subnet_ids": [team.subnet_ids[0], routed(team, subnet(team, "100.64.0.0/24", "b"))]}


def without(team: TeamVpc, *services: str) -> None:
    ids = [team.endpoints[service] for service in services]
    team.ec2.delete_vpc_endpoints(VpcEndpointIds=ids)


def central(team: TeamVpc) -> None:
    route(team, "10.0.0.0/8", TransitGatewayId=transit_gateway(team))
    without(team, "sts")


def full(team: TeamVpc) -> dict[str, Any]:
    without(team, *ALL)
    return small(team) | {"endpoints": "create"}


def same_zone(team: TeamVpc) -> dict[str, Any]:
    without(team, "sts")
    second = routed(team, subnet(team, "10.8.7.0/24", "a"))
    return {"endpoints": ALMOST_ALL, "subnet_ids": [team.subnet_ids[0], second]}


def without_gateway(team: TeamVpc) -> None:
    team.ec2.delete_vpc_endpoints(VpcEndpointIds=[team.gateway_id])


def small(team: TeamVpc) -> dict[str, Any]:
    """Two subnets of 16 addresses, of which AWS takes five."""
    made = [routed(team, subnet(team, f"10.8.{n}.0/28", zone)) for n, zone in ((8, "a"), (9, "b"))]
    return {"subnet_ids": made}


def main_with_gateway(team: TeamVpc) -> dict[str, Any]:
    gateway, table = internet_gateway(team), main_table(team)
    team.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    team.ec2.modify_vpc_endpoint(VpcEndpointId=team.gateway_id, AddRouteTableIds=[table])
    return {"subnet_ids": [team.subnet_ids[0], subnet(team, "10.8.7.0/24", "b")]}


Change = Callable[[TeamVpc], Any]
"""What is different from a VPC that suits; the keys of [network] that it returns are set."""

S3, ENDS, WAY = "network-s3", "network-endpoints", "network-internet"
A, B = r"subnet-\w+", r"subnet-\w+, subnet-\w+"

VARIATIONS: dict[str, tuple[Change, list[str]]] = {
    # the lines that are printed, as regular expressions
    "no DNS hostnames": (attribute("EnableDnsHostnames"), [
        "network-dns: enable-dns-hostnames of vpc-.* is off, .* modify-vpc-attribute"]),
    "no DNS support": (attribute("EnableDnsSupport"), ["network-dns: enable-dns-support of vpc-"]),
    "an internet gateway": (lambda t: route(t, GatewayId=internet_gateway(t)), [
        f"{WAY}: not private: {A} reaches 0.0.0.0/0 through igw-.*; ask the network team"] * 2),
    "a NAT gateway": (lambda t: route(t, NatGatewayId=nat(t)), [f"{WAY}: .* through nat-"] * 2),
    "a transit gateway": (lambda t: route(t, TransitGatewayId=transit_gateway(t)), [
        f"{WAY}: .* reaches 0.0.0.0/0 through tgw-"] * 2),
    "a VPN": (lambda t: route(t, GatewayId=virtual_private_gateway(t)), [
        f"{WAY}: .* through vgw-"] * 2),
    "a NAT instance": (lambda t: route(t, NetworkInterfaceId=interface(t)), [
        f"{WAY}: .* through eni-"] * 2),
    "a way out for IPv6": (
        lambda t: route(t, "::/0", EgressOnlyInternetGatewayId=egress_only(t)), [
        f"{WAY}: .* reaches ::/0 through eigw-"] * 2),
    "half of the internet": (lambda t: route(t, "128.0.0.0/1", NatGatewayId=nat(t)), [
        f"{WAY}: .* reaches 128.0.0.0/1 "] * 2),
    "one public address": (lambda t: route(t, "8.8.8.8/32", TransitGatewayId=transit_gateway(t)), [
        f"{WAY}: .* reaches 8.8.8.8/32 "] * 2),
    "the main route table": (main_with_gateway, [f"{WAY}: .* reaches 0.0.0.0/0 through igw-"]),
    "a private way": (lambda t: route(t, "10.0.0.0/8", TransitGatewayId=transit_gateway(t)), []),
    "a peer": (lambda t: route(t, "10.99.0.0/16", VpcPeeringConnectionId=peering(t)), []),
    "no gateway for S3": (without_gateway, [
        f"{S3}: the route table of {A} has no route to S3; ask .* for a gateway"] * 2),
    "the gateway for S3 on another table": (lambda t: t.ec2.modify_vpc_endpoint(
        VpcEndpointId=t.gateway_id, AddRouteTableIds=[main_table(t)],
        RemoveRouteTableIds=[t.table_id]), [f"{S3}: .* no route to S3"] * 2),
    "a policy of S3 that shuts out": (policy("s3", Action="s3:ListBucket"), [
        f"{S3}: the policy of vpce-.* denies s3:GetObject to the roles of account {ACCOUNT}"]),
    "no endpoint": (lambda t: without(t, "sts"), [
        f"{ENDS}: vpc-.* has no endpoint for com.amazonaws.us-east-1.sts; ask the network team for "
        "aws ec2 create-vpc-endpoint .*; or set network.endpoints = .*, and `studio up` creates"]),
    "endpoints in another VPC": (central, [
        f"{ENDS}: .* no endpoint for .*sts; endpoints of another VPC, through tgw-.*, are not "
        "supported; ask "]),
    "an endpoint without private DNS": (endpoint("sts", PrivateDnsEnabled=False), [
        f"{ENDS}: vpce-.* for .*sts has private DNS off; .* modify-vpc-endpoint"]),
    "a policy of another account": (policy("sts", Condition={
        "StringEquals": {"aws:PrincipalAccount": OTHER}}), [
        f"{ENDS}: the policy of vpce-.*sts.* denies sts:GetCallerIdentity"]),
    "a policy of one role": (policy("logs", Principal={
        "AWS": f"arn:aws:iam::{ACCOUNT}:role/crm"}), [f"{ENDS}: .*denies logs:PutLogEvents"]),
    "a policy that shuts out SageMaker's node": (policy("ssm", Condition={
        "StringEquals": {"aws:PrincipalAccount": ACCOUNT}}), [
        f"{ENDS}: .* allows no other account, .*; or set defaults.connect = \"ssh-helper\""]),
    "a security group for one subnet": (lambda t: instead(t, [tcp(443, "10.8.0.0/24")]), [
        rf"{ENDS}: the security groups of vpce-.* allow no HTTPS from {A}; .* from 10.8.1.0/24 in "
        ] * len(ALL)),
    "a security group for HTTP": (lambda t: instead(t, [tcp(80, "10.8.0.0/16")]), [
        f"{ENDS}: .* allow no HTTPS from {B}; "] * len(ALL)),
    "a security group for another group": (lambda t: instead(t, [
        tcp(443) | {"UserIdGroupPairs": [{"GroupId": group(t)}]}]), [
        f"{ENDS}: .* allow no HTTPS from {B}; "] * len(ALL)),
    "a second range of addresses": (second_range, [
        f"{ENDS}: .* allow no HTTPS from {A}; .* from 100.64.0.0/24 in "] * len(ALL)),
    "a subnet of another VPC": (lambda t: {"subnet_ids": [
        t.subnet_ids[0], subnet(t, "10.9.1.0/24", "b", other_vpc(t))]}, [
        f"network-subnets: {A} is in vpc-.*, not in vpc-"]),
    "a subnet that does not exist": (lambda t: {"subnet_ids": [
        t.subnet_ids[0], "subnet-0123456789abcdef0"]}, [
        "network-subnets: subnet-0123456789abcdef0 does not exist in account "]),
    "a zone without Studio": (lambda t: {"subnet_ids": [
        t.subnet_ids[0], routed(t, subnet(t, "10.8.7.0/24", "e"))]}, [
        f"network-subnets: {A} is in us-east-1e, where SageMaker has no endpoint; ask .* in one"]),
    "full subnets": (small, []),
    "full subnets with endpoints to create": (full, [
        "network-addresses: 22 free addresses in .*, 24 are needed: 4 for each of 2 users, 16 "]),
    "endpoints in the way": (lambda _: {"endpoints": "create"}, [
        f"{ENDS}: vpc-.* already has vpce-.*, and AWS allows one .*; set network.endpoints = "
        '"create-missing", or '] * len(ALL)),
    "two subnets in a zone": (same_zone, [
        "network-subnets: 2 subnets are in us-east-1a; an endpoint takes one"]),
    "an ACL that keeps HTTPS in": (acl("10.8.1.0/24", 443, 443, egress=True), [
        f"network-acls: acl-.* of {A} denies outbound TCP 443 to 10.8.1.0/24; .* outbound rule"]),
    "an ACL that keeps answers out": (acl("10.8.1.0/24", 1024, 65535, egress=False), [
        f"network-acls: acl-.* of {A} denies inbound TCP 32768-60999 from 10.8.1.0/24; "]),
    "a security group of another VPC": (lambda t: {"security_group_ids": [
        group(t, vpc_id=other_vpc(t))]}, ["network-groups: sg-.* is not a security group of vpc-"]),
    "a security group that lets nothing out": (lambda t: {"security_group_ids": [
        group(t, closed=True)]}, ["network-groups: sg-.* allow no outbound HTTPS; "]),
    "a VPC that does not exist": (lambda _: {"vpc_id": "vpc-0123456789abcdef0"}, [
        "network-vpc: vpc-0123456789abcdef0 does not exist in us-east-1"]),
}  # fmt: skip


def said_of(team: TeamVpc, keys: dict[str, Any]) -> tuple[list[str], bool]:
    """What is printed, and whether the VPC is refused."""
    lines: list[str] = []
    try:
        require_existing(Settings.model_validate(team.settings(**keys)), Aws(REGION), lines.append)
    except SettingsError:
        return lines, True
    return lines, False


@pytest.mark.parametrize(("change", "wanted"), VARIATIONS.values(), ids=list(VARIATIONS))
def test_each_finding_is_reported_and_nothing_is_changed(
    entered: Emulator, team_vpc: TeamVpc, change: Change, wanted: list[str]
) -> None:
    found = change(team_vpc)
    keys = found if isinstance(found, dict) and "ResponseMetadata" not in found else {}
    before = entered.inventory()
    lines, refused = said_of(team_vpc, keys)
    assert refused is bool(wanted)
    assert len(lines) == len(wanted)
    assert [line for line, one in zip(lines, wanted, strict=True) if not re.match(one, line)] == []
    assert entered.inventory() == before


@pytest.mark.parametrize(
    ("endpoints", "wanted"),
    [
        (
            "existing",
            [
                "network-endpoints: cannot be looked up: account 999",
                "network-acls: ca",
                "network-acls-s3: ",
            ],
        ),
        (
            "create",
            [
                f"network-subnets: {B}: only their owner, account {OTHER}, can create",
                "network-endpoints: cannot be looked up: account 999",
                "network-acls: cannot be looked up",
                "network-acls-s3: cannot be looked up",
            ],
        ),
    ],
)
def test_subnets_that_another_account_shares(
    entered: Emulator, monkeypatch: pytest.MonkeyPatch, endpoints: str, wanted: list[str]
) -> None:
    """AWS shows the participant the owner's VPC and subnets, and none of its endpoints and ACLs."""
    team = TeamVpc.create(client(entered, "ec2"))
    ask: Any = Aws.all

    def as_participant(self: Aws, service: str, call: str, member: str, **wanted: Any) -> Any:
        if member in ("VpcEndpoints", "NetworkAcls"):
            return []
        found = ask(self, service, call, member, **wanted)
        return [one | ({"OwnerId": OTHER} if "OwnerId" in one else {}) for one in found]

    monkeypatch.setattr(Aws, "all", as_participant)
    lines, refused = said_of(team, {"endpoints": endpoints})
    assert refused is (endpoints == "create")
    assert len(lines) == len(wanted)
    assert [one for line, one in zip(lines, wanted, strict=True) if not re.match(one, line)] == []
