"""Reads an existing VPC: its subnets, active routes, ACLs, groups, endpoints."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
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
    """An active route. destination: a CIDR range or a prefix list. target: the id of a gateway."""

    destination: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet. free: its number of free addresses. routes: None if they cannot be read."""

    id: str
    vpc_id: str
    owner: str
    zone: str
    cidr: str
    free: int
    routes: tuple[Route, ...] | None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint in the VPC. ours: whether it has the deployment's tag."""

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
    """A rule of a security group. peers: ranges, groups and prefix lists. ports: None for all."""

    egress: bool
    ports: tuple[int, int] | None
    peers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A security group."""

    id: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """The VPC and subnets of the settings, and the resources in the VPC.

    owner: the account of the VPC; None without a VPC. account: of the credentials. zones: those
    that offer Studio. acls, cidrs_of_subnets: by subnet, of the whole VPC. s3_ranges: S3's
    addresses. deployed: whether the deployment has resources in the VPC. unknown: why parts could
    not be read ("vpc", "dns", "subnets", "routes", "endpoints", "groups", "zones", "acls",
    "s3-ranges").
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
    """Read what the credentials allow. Raises AwsError if AWS cannot be reached."""
    network, unknown = settings.network, dict[str, str]()

    def attempt(name: str, read: Callable[[], _T], otherwise: _T) -> _T:
        try:
            return read()
        except AwsError as error:
            if not error.denied:
                raise
            unknown[name] = str(error)
            return otherwise

    def in_vpc(name: str, operation: str, member: str) -> list[dict[str, Any]]:
        filters = {"vpc-id": [network.vpc_id]}
        none: list[dict[str, Any]] = []
        return attempt(name, lambda: aws.list_ec2(operation, member, filters), none)

    account = aws.account()
    found = in_vpc("vpc", "describe_vpcs", "Vpcs")
    if unknown:
        found = [{"OwnerId": account}]
    if not found:
        return ExistingNetwork(vpc_id=network.vpc_id, account=account, unknown=unknown)
    vpc = found[0]
    dns = attempt("dns", lambda: _dns(aws, network.vpc_id), (True, True))
    tables = in_vpc("routes", "describe_route_tables", "RouteTables")
    groups = in_vpc("groups", "describe_security_groups", "SecurityGroups")
    endpoints = in_vpc("endpoints", "describe_vpc_endpoints", "VpcEndpoints")
    marked = {"Key": DEPLOYMENT_TAG, "Value": settings.name}
    if vpc["OwnerId"] != account:
        # Participants of a shared VPC see only the owner's subnets (VPC guide, "Responsibilities
        # and permissions for owners and participants").
        unknown["endpoints"] = f"account {vpc['OwnerId']} owns {network.vpc_id} and its endpoints"
        unknown["acls"] = f"account {vpc['OwnerId']} owns {network.vpc_id} and its network ACLs"
    acls = in_vpc("acls", "describe_network_acls", "NetworkAcls")
    subnets_of_vpc = in_vpc("acls", "describe_subnets", "Subnets")
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
        subnets=attempt(
            "subnets", lambda: _subnets(aws, network.subnet_ids, subnets_of_vpc, tables), ()
        ),
        endpoints=_endpoints(endpoints, marked),
        groups=tuple(map(_group, groups)),
        zones=attempt("zones", lambda: _zones(aws), frozenset()),
        acls=by_subnet(acls),
        cidrs_of_subnets={one["SubnetId"]: one["CidrBlock"] for one in subnets_of_vpc},
        s3_ranges=attempt("s3-ranges", lambda: _s3_ranges(aws), ()),
        deployed=any(marked in group.get("Tags", ()) for group in groups),
        unknown=unknown,
    )


def _dns(aws: Aws, vpc_id: str) -> tuple[bool, bool]:
    describe = aws.client("ec2").describe_vpc_attribute
    support = describe(VpcId=vpc_id, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"]
    names = describe(VpcId=vpc_id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    return bool(support), bool(names)


def _subnets(
    aws: Aws, ids: Collection[str], of_vpc: Iterable[dict[str, Any]], tables: list[dict[str, Any]]
) -> tuple[Subnet, ...]:
    """The subnets with these ids, in the VPC or in another."""
    listed = [one for one in of_vpc if one["SubnetId"] in ids]
    if elsewhere := set(ids) - {one["SubnetId"] for one in listed}:
        listed += aws.list_ec2("describe_subnets", "Subnets", {"subnet-id": sorted(elsewhere)})
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
        for found in listed
    )


def _routes(subnet_id: str, tables: Iterable[dict[str, Any]]) -> tuple[Route, ...] | None:
    """The routes of the subnet's own table, else of the main table; None without either."""
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


def _endpoints(
    found: Iterable[Mapping[str, Any]], marked: Mapping[str, str]
) -> tuple[Endpoint, ...]:
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


def _s3_ranges(aws: Aws) -> tuple[str, ...]:
    wanted = {"prefix-list-name": [f"com.amazonaws.{aws.region}.s3"]}
    found = aws.list_ec2("describe_prefix_lists", "PrefixLists", wanted)
    return tuple(cidr for one in found for cidr in one.get("Cidrs", ()))


def _group(found: Mapping[str, Any]) -> Group:
    return Group(
        id=found["GroupId"],
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
    """The zones that offer SageMaker's endpoint, the only ones in which Studio runs."""
    wanted = {"service-name": [service_name("sagemaker.api", aws.region)]}
    found = aws.list_ec2("describe_vpc_endpoint_services", "ServiceDetails", wanted)
    return frozenset(zone for one in found for zone in one.get("AvailabilityZones", ()))
