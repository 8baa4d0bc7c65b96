"""An existing VPC, as AWS describes it: read once, never changed here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalog.endpoint_services import service_name
from catalog.names import DEPLOYMENT_TAG
from catalog.statuses import ENDPOINT_LEAVING
from settings import Settings
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.network_acls import NetworkAcl, by_subnet

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Route:
    """An active route: its destination (a range or a prefix list) and what it leads to."""

    destination: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """free: addresses. routes: None where they cannot be looked up."""

    id: str
    vpc_id: str
    owner: str
    zone: str
    cidr: str
    free: int
    routes: tuple[Route, ...] | None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint in the VPC. ours: this deployment made it. policy: its document."""

    id: str
    service: str
    kind: str
    state: str
    private_dns: bool
    ours: bool
    group_ids: tuple[str, ...]
    subnet_ids: tuple[str, ...] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a security group. peers: ranges and groups; ports: None for all."""

    egress: bool
    ports: tuple[int, int] | None
    peers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A security group."""

    id: str
    vpc_id: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """What the settings name, and what is in the VPC.

    owner: the account of the VPC, None if AWS knows no such VPC. account: whose credentials look.
    zones: those that offer Studio. acls: by subnet, as cidrs_of_subnets, of all subnets of the VPC.
    s3_ranges: S3's own addresses. deployed: something of the deployment is in the VPC already.
    unknown: what could not be looked up ("vpc", "dns", "subnets", "routes", "endpoints", "groups",
    "zones", "acls", "s3-ranges"), and why.
    """

    vpc_id: str
    account: str
    owner: str | None = None
    cidrs: tuple[str, ...] = ()
    dns_support: bool = True
    dns_hostnames: bool = True
    subnets: tuple[Subnet, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    groups: tuple[Group, ...] = ()
    zones: frozenset[str] = frozenset()
    acls: Mapping[str, NetworkAcl] = field(default_factory=dict)
    cidrs_of_subnets: Mapping[str, str] = field(default_factory=dict)
    s3_ranges: tuple[str, ...] = ()
    deployed: bool = False
    unknown: Mapping[str, str] = field(default_factory=dict)


def read_network(aws: Aws, settings: Settings) -> ExistingNetwork:
    """Look everything up that the credentials may see. Raises AwsError where AWS is not reached."""
    network, unknown = settings.network, dict[str, str]()

    def attempt(name: str, look_up: Callable[[], _T], otherwise: _T) -> _T:
        try:
            return look_up()
        except AwsError as error:
            if not error.denied:
                raise
            unknown[name] = str(error)
            return otherwise

    account = aws.account()
    seen_as: dict[str, Any] | None = {"OwnerId": account}
    vpc = attempt("vpc", lambda: _vpc(aws, network.vpc_id), seen_as)
    if vpc is None:
        return ExistingNetwork(vpc_id=network.vpc_id, account=account, unknown=unknown)
    dns = attempt("dns", lambda: _dns(aws, network.vpc_id), (True, True))
    none: list[dict[str, Any]] = []
    tables = attempt("routes", lambda: _route_tables(aws, network.vpc_id), none)
    groups = attempt("groups", lambda: _groups(aws, network.vpc_id), none)
    marked = {"Key": DEPLOYMENT_TAG, "Value": settings.name}
    if vpc["OwnerId"] != account:
        # Participants of a shared VPC see nothing of the owner's but the subnets (VPC guide,
        # "Responsibilities and permissions for owners and participants").
        unknown["endpoints"] = f"account {vpc['OwnerId']} owns {network.vpc_id} and its endpoints"
        unknown["acls"] = f"account {vpc['OwnerId']} owns {network.vpc_id} and its network ACLs"
    acls = attempt("acls", lambda: _acls(aws, network.vpc_id), none)
    of_vpc = attempt("acls", lambda: _subnets_of(aws, network.vpc_id), none)
    return ExistingNetwork(
        vpc_id=network.vpc_id,
        account=account,
        owner=vpc["OwnerId"],
        cidrs=tuple(
            each["CidrBlock"]
            for each in vpc.get("CidrBlockAssociationSet", ())
            if each.get("CidrBlockState", {}).get("State", "associated") == "associated"
        ),
        dns_support=dns[0],
        dns_hostnames=dns[1],
        subnets=attempt("subnets", lambda: _subnets(aws, network.subnet_ids, tables), ()),
        endpoints=attempt("endpoints", lambda: _endpoints(aws, network.vpc_id, marked), ()),
        groups=tuple(map(_group, groups)),
        zones=attempt("zones", lambda: _zones(aws), frozenset()),
        acls=by_subnet(acls),
        cidrs_of_subnets={one["SubnetId"]: one["CidrBlock"] for one in of_vpc},
        s3_ranges=attempt("s3-ranges", lambda: _s3_ranges(aws), ()),
        deployed=any(marked in group.get("Tags", ()) for group in groups),
        unknown=unknown,
    )


def _in_vpc(vpc_id: str) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [vpc_id]}]


def _vpc(aws: Aws, vpc_id: str) -> dict[str, Any] | None:
    found = aws.all("ec2", "describe_vpcs", "Vpcs", Filters=_in_vpc(vpc_id))
    return found[0] if found else None


def _dns(aws: Aws, vpc_id: str) -> tuple[bool, bool]:
    describe = aws.client("ec2").describe_vpc_attribute
    support = describe(VpcId=vpc_id, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"]
    names = describe(VpcId=vpc_id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    return bool(support), bool(names)


def _route_tables(aws: Aws, vpc_id: str) -> list[dict[str, Any]]:
    return aws.all("ec2", "describe_route_tables", "RouteTables", Filters=_in_vpc(vpc_id))


def _subnets(aws: Aws, ids: Iterable[str], tables: list[dict[str, Any]]) -> tuple[Subnet, ...]:
    asked = [{"Name": "subnet-id", "Values": list(ids)}]
    return tuple(
        Subnet(
            id=found["SubnetId"],
            vpc_id=found["VpcId"],
            owner=found["OwnerId"],
            zone=found["AvailabilityZone"],
            cidr=found["CidrBlock"],
            free=found["AvailableIpAddressCount"],
            routes=_routes(found["SubnetId"], tables),
        )
        for found in aws.all("ec2", "describe_subnets", "Subnets", Filters=asked)
    )


def _routes(subnet_id: str, tables: Iterable[dict[str, Any]]) -> tuple[Route, ...] | None:
    """Of the subnet's own table, else of the main one; None if there is neither to see."""
    main = None
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId") == subnet_id:
                return _active(table)
            if association.get("Main"):
                main = table
    return None if main is None else _active(main)


_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "EgressOnlyInternetGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
)
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _active(table: Mapping[str, Any]) -> tuple[Route, ...]:
    return tuple(
        Route(
            destination=next((route[key] for key in _DESTINATIONS if route.get(key)), ""),
            target=next((route[key] for key in _TARGETS if route.get(key)), ""),
        )
        for route in table["Routes"]
        if route.get("State", "active") == "active"
    )


def _endpoints(aws: Aws, vpc_id: str, marked: Mapping[str, str]) -> tuple[Endpoint, ...]:
    found = aws.all("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=_in_vpc(vpc_id))
    return tuple(
        Endpoint(
            id=one["VpcEndpointId"],
            service=one["ServiceName"],
            kind=one["VpcEndpointType"],
            state=one["State"].lower(),
            private_dns=bool(one.get("PrivateDnsEnabled")),
            ours=marked in one.get("Tags", ()),
            group_ids=tuple(group["GroupId"] for group in one.get("Groups", ())),
            subnet_ids=tuple(one.get("SubnetIds", ())),
            policy=json.loads(one.get("PolicyDocument") or "{}"),
        )
        for one in found
        if one["State"].lower() not in ENDPOINT_LEAVING
    )


def _acls(aws: Aws, vpc_id: str) -> list[dict[str, Any]]:
    return aws.all("ec2", "describe_network_acls", "NetworkAcls", Filters=_in_vpc(vpc_id))


def _subnets_of(aws: Aws, vpc_id: str) -> list[dict[str, Any]]:
    return aws.all("ec2", "describe_subnets", "Subnets", Filters=_in_vpc(vpc_id))


def _s3_ranges(aws: Aws) -> tuple[str, ...]:
    wanted = [{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{aws.region}.s3"]}]
    found = aws.all("ec2", "describe_prefix_lists", "PrefixLists", Filters=wanted)
    return tuple(cidr for one in found for cidr in one.get("Cidrs", ()))


def _groups(aws: Aws, vpc_id: str) -> list[dict[str, Any]]:
    return aws.all("ec2", "describe_security_groups", "SecurityGroups", Filters=_in_vpc(vpc_id))


def _group(found: Mapping[str, Any]) -> Group:
    return Group(
        id=found["GroupId"],
        vpc_id=found["VpcId"],
        rules=tuple(
            _rule(permission, egress=egress)
            for member, egress in (("IpPermissions", False), ("IpPermissionsEgress", True))
            for permission in found.get(member, ())
            if permission["IpProtocol"] in ("-1", "tcp", "6")
        ),
    )


def _rule(permission: Mapping[str, Any], *, egress: bool) -> Rule:
    every = permission["IpProtocol"] == "-1" or permission.get("FromPort") in (None, -1)
    peers = (
        *(one["CidrIp"] for one in permission.get("IpRanges", ())),
        *(one["GroupId"] for one in permission.get("UserIdGroupPairs", ())),
        *(one["PrefixListId"] for one in permission.get("PrefixListIds", ())),
    )
    ports = None if every else (int(permission["FromPort"]), int(permission["ToPort"]))
    return Rule(egress=egress, ports=ports, peers=peers)


def _zones(aws: Aws) -> frozenset[str]:
    """The zones that offer SageMaker's endpoint, as Studio runs nowhere else."""
    wanted = service_name("sagemaker.api", aws.region)
    filters = [{"Name": "service-name", "Values": [wanted]}]
    found = aws.all("ec2", "describe_vpc_endpoint_services", "ServiceDetails", Filters=filters)
    return frozenset(zone for one in found for zone in one.get("AvailabilityZones", ()))
