"""Changes of the VPC of a network team, most of which make it unsuitable."""

from __future__ import annotations

import json
from typing import Any

from tests.studio.account import ACCOUNT, REGION
from tests.studio.network_team import TeamVpc

OTHER = "999999999999"
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def subnet(team: TeamVpc, cidr: str, zone: str, vpc_id: str = "") -> str:
    made = team.ec2.create_subnet(
        VpcId=vpc_id or team.vpc_id, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}"
    )["Subnet"]["SubnetId"]
    if not vpc_id:
        team.ec2.associate_route_table(RouteTableId=team.table_id, SubnetId=made)
    return str(made)


def group(team: TeamVpc, vpc_id: str) -> str:
    made = team.ec2.create_security_group(GroupName="apps", Description="apps", VpcId=vpc_id)
    return str(made["GroupId"])


def other_vpc(team: TeamVpc) -> str:
    return str(team.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])


def private_routes(team: TeamVpc, peer: str) -> None:
    """Routes to 10.0.0.0/8 and to a peer."""
    transit = team.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = team.ec2.create_vpc_peering_connection(VpcId=team.vpc_id, PeerVpcId=peer)
    peering = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    team.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    table = {"RouteTableId": team.table_id}
    team.ec2.create_route(**table, DestinationCidrBlock="10.0.0.0/8", TransitGatewayId=transit)
    team.ec2.create_route(
        **table, DestinationCidrBlock="10.9.0.0/16", VpcPeeringConnectionId=peering
    )


def small_and_private(team: TeamVpc) -> dict[str, Any]:
    """Two subnets of 16 addresses, of which AWS takes five; no way to the internet."""
    private_routes(team, other_vpc(team))
    return {
        "subnet_ids": [subnet(team, f"10.8.{n}.0/28", zone) for n, zone in ((8, "a"), (9, "b"))]
    }


def public_routes(team: TeamVpc) -> None:
    """A route through a gateway of each kind, and none to S3."""
    ec2 = team.ec2
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=team.vpc_id)
    vpn = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=team.vpc_id, VpnGatewayId=vpn)
    nat = ec2.create_nat_gateway(SubnetId=team.subnet_ids[0], ConnectivityType="private")
    transit = ec2.create_transit_gateway()
    instance = ec2.create_network_interface(SubnetId=team.subnet_ids[1])
    egress = ec2.create_egress_only_internet_gateway(VpcId=team.vpc_id)
    for destination, target in (
        ("0.0.0.0/0", {"GatewayId": internet}),
        ("128.0.0.0/1", {"NatGatewayId": nat["NatGateway"]["NatGatewayId"]}),
        ("8.8.8.8/32", {"TransitGatewayId": transit["TransitGateway"]["TransitGatewayId"]}),
        ("64.0.0.0/2", {"GatewayId": vpn}),
        ("32.0.0.0/3", {"NetworkInterfaceId": instance["NetworkInterface"]["NetworkInterfaceId"]}),
    ):
        ec2.create_route(RouteTableId=team.table_id, DestinationCidrBlock=destination, **target)
    ec2.create_route(
        RouteTableId=team.table_id,
        DestinationIpv6CidrBlock="::/0",
        EgressOnlyInternetGatewayId=egress["EgressOnlyInternetGateway"][
            "EgressOnlyInternetGatewayId"
        ],
    )
    ec2.modify_vpc_endpoint(VpcEndpointId=team.gateway_id, RemoveRouteTableIds=[team.table_id])


def policy(team: TeamVpc, endpoint_id: str, **statement: Any) -> None:
    document = json.dumps({"Statement": [EVERYTHING | statement]})
    team.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=document)


def endpoints(team: TeamVpc) -> None:
    """One in another VPC, one without private DNS, and policies that deny."""
    private_routes(team, other_vpc(team))
    ends = team.endpoints
    team.ec2.delete_vpc_endpoints(VpcEndpointIds=[ends["studio"]])
    team.ec2.modify_vpc_endpoint(VpcEndpointId=ends["ssmmessages"], PrivateDnsEnabled=False)
    policy(team, team.gateway_id, Action="s3:ListBucket")
    policy(team, ends["logs"], Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/crm"})
    for service, account in (("sts", OTHER), ("ssm", ACCOUNT)):
        policy(team, ends[service], Condition={"StringEquals": {"aws:PrincipalAccount": account}})


def groups_of_endpoints(team: TeamVpc) -> dict[str, Any]:
    """HTTPS from one subnet; from the other one, in a second range, only HTTP."""
    team.ec2.associate_vpc_cidr_block(VpcId=team.vpc_id, CidrBlock="100.64.0.0/16")
    own = {"GroupId": team.group_id}
    before = team.ec2.describe_security_groups(GroupIds=[team.group_id])["SecurityGroups"][0]
    team.ec2.revoke_security_group_ingress(**own, IpPermissions=before["IpPermissions"])
    https, http = ({"IpProtocol": "tcp", "FromPort": port, "ToPort": port} for port in (443, 80))
    team.ec2.authorize_security_group_ingress(
        **own,
        IpPermissions=[
            https | {"IpRanges": [{"CidrIp": "10.8.0.0/24"}]},
            https | {"UserIdGroupPairs": [{"GroupId": group(team, team.vpc_id)}]},
            http | {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        ],
    )
    return {"subnet_ids": [team.subnet_ids[0], subnet(team, "100.64.0.0/24", "b")]}


def subnets(team: TeamVpc) -> dict[str, Any]:
    foreign = subnet(team, "10.9.1.0/24", "b", other_vpc(team))
    far = subnet(team, "10.8.7.0/24", "e")
    return {"subnet_ids": [team.subnet_ids[0], foreign, "subnet-0123456789abcdef0", far]}


def names_acls_and_groups(team: TeamVpc) -> dict[str, Any]:
    ec2, of_vpc = team.ec2, [{"Name": "vpc-id", "Values": [team.vpc_id]}]
    for attribute in ("EnableDnsHostnames", "EnableDnsSupport"):
        ec2.modify_vpc_attribute(VpcId=team.vpc_id, **{attribute: {"Value": False}})
    (acl,) = ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"]
    for egress, low, high in ((True, 443, 443), (False, 1024, 65535)):
        ec2.create_network_acl_entry(
            NetworkAclId=acl["NetworkAclId"], RuleNumber=10, Protocol="6", RuleAction="deny",
            Egress=egress, CidrBlock="10.8.1.0/24", PortRange={"From": low, "To": high},
        )  # fmt: skip
    closed = group(team, team.vpc_id)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=closed, IpPermissions=[everything])
    return {"security_group_ids": [closed, group(team, other_vpc(team))]}
