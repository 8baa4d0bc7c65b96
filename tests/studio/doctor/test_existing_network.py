"""Each problem of an existing VPC is found alone, with its fix."""

from dataclasses import replace
from typing import Any

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.doctor.existing_network import internet_routes
from tests.studio.doctor.networks import (
    APPS,
    FIRST,
    GOOD,
    OTHER,
    REGION,
    SECOND,
    VPC,
    Change,
    assert_found_alone,
    both,
    examine,
    first,
    has,
    route,
    settings,
)
from tests.studio.network_team import TeamVpc


def free(addresses: int, **more: Any) -> Change:
    """Changes the free addresses of each subnet."""
    return lambda it: replace(
        it, subnets=tuple(replace(one, free=addresses) for one in it.subnets), **more
    )


SUITABLE: Any = {
    "a private route": (settings(), route("10.0.0.0/8", "tgw-1")),
    "a peering connection": (settings(), route("172.31.0.0/16", "pcx-1")),
    "an allowed internet route": (settings(allow_internet=True), route("0.0.0.0/0", "nat-1")),
    "few free addresses after the deployment": (
        settings(users=100),
        both(free(0, deployed=True), first(free=2)),
    ),
    "shared subnets": (settings(), first(owner=OTHER)),
}
PROBLEMS: list[tuple[str, Settings, Change, str, str]] = [
    # examination, settings, change, found, fix
    ("network-vpc", settings(), lambda it: replace(it, owner=None), "does not exist", "AWS RAM"),
    ("network-dns", settings(), lambda it: replace(it, dns_support=False),
     "enable-dns-support", "modify-vpc-attribute"),
    ("network-dns", settings(), lambda it: replace(it, dns_hostnames=False),
     "enable-dns-hostnames", "modify-vpc-attribute"),
    ("network-subnets", settings(), lambda it: replace(it, subnets=it.subnets[:1]),
     f"{SECOND} does not exist", VPC),
    ("network-subnets", settings(), first(vpc_id="vpc-0"), "is in vpc-0, not in", VPC),
    ("network-subnets", settings(), first(zone=f"{REGION}e"), "us-east-1e", "us-east-1a"),
    ("network-subnets", settings(endpoints="create"), both(has(), first(zone=f"{REGION}b")),
     "2 subnets are in us-east-1b", '"existing"'),
    ("network-subnets", settings(endpoints="create"), both(has(), first(owner=OTHER)),
     f"only their owner, account {OTHER}, can create endpoints", "sagemaker.api"),
    ("network-addresses", settings(users=130), lambda it: it, "502 free", "522 free addresses"),
    ("network-addresses", settings(endpoints="create"), both(has(), free(11)),
     "22 free addresses", "24 free"),
    ("network-addresses", settings(endpoints="create", endpoint_zones=1), both(has(), free(7)),
     "14 free addresses", "17 free"),
    ("network-addresses", settings(endpoints="create"), both(has(), first(free=3)),
     "3 free addresses in subnet-", "8 free addresses in each"),
    ("network-addresses", settings(), both(free(0, deployed=True), first(free=1)),
     "no other app", "2 to 4 addresses"),
    ("network-internet", settings(), first(routes=None), "cannot be looked up", "without such"),
    ("network-groups", settings(security_group_ids=["sg-0123456789abcdef9"]), lambda it: it,
     "is not a security group of", VPC),
    ("network-groups", settings(security_group_ids=[APPS]), lambda it: replace(
        it, groups=(it.groups[0], replace(it.groups[1], rules=()))),
     "allow no outbound HTTPS", "TCP 443"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "change"), SUITABLE.values(), ids=list(SUITABLE))
def test_a_suitable_vpc_has_no_finding(wanted: Settings, change: Change) -> None:
    assert examine(wanted, change(GOOD)) == {}


@pytest.mark.parametrize(
    ("name", "wanted", "change", "found", "fix"),
    PROBLEMS,
    ids=[f"{problem[0]}-{problem[3]}" for problem in PROBLEMS],
)
def test_each_problem_is_found_alone_with_its_fix(
    name: str, wanted: Settings, change: Change, found: str, fix: str
) -> None:
    assert_found_alone(name, wanted, change, found, fix)


@pytest.mark.parametrize(
    ("destination", "target"),
    [
        *(("0.0.0.0/0", f"{kind}-1") for kind in ("igw", "nat", "tgw", "vgw", "eni", "vpce")),
        ("::/0", "eigw-1"),
        ("128.0.0.0/1", "nat-1"),
        ("8.8.8.8/32", "tgw-1"),
        ("pl-1", "tgw-1"),
    ],
)
def test_a_route_to_the_internet_is_found(destination: str, target: str) -> None:
    change, reaches = route(destination, target), f"{FIRST} reaches {destination} through {target}"
    fix = "without such a route"
    assert_found_alone("network-internet", settings(), change, f"not private: {reaches}", fix)
    assert internet_routes(change(GOOD)) == [reaches]


@pytest.mark.parametrize(
    ("hidden", "examinations"),
    [
        ("vpc", {"network-vpc"}),
        ("dns", {"network-dns"}),
        ("subnets", {"network-subnets", "network-addresses", "network-acls", "network-acls-s3"}),
        ("zones", {"network-subnets"}),
        ("routes", {"network-s3"}),
        ("endpoints", {"network-endpoints"}),
        ("groups", {"network-groups"}),
        ("acls", {"network-acls", "network-acls-s3"}),
        ("s3-ranges", {"network-acls-s3"}),
    ],
)
def test_an_examination_says_which_lookup_is_denied(hidden: str, examinations: set[str]) -> None:
    denied = replace(GOOD, unknown={hidden: "AccessDenied"})
    found = examine(settings(security_group_ids=[APPS]), denied)
    impossible = {name: said for name, (said, fix) in found.items() if not fix}
    assert impossible == dict.fromkeys(examinations, "cannot be looked up: AccessDenied")


def test_a_blackhole_route_does_not_count(team_vpc: TeamVpc) -> None:
    ec2, wanted = team_vpc.ec2, team_vpc.settings()
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    attachment = {"InternetGatewayId": gateway, "VpcId": team_vpc.vpc_id}
    ec2.attach_internet_gateway(**attachment)
    ec2.create_route(
        RouteTableId=team_vpc.table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    assert examine(wanted, read_network(Aws(REGION), wanted)).keys() == {"network-internet"}
    ec2.detach_internet_gateway(**attachment)
    assert examine(wanted, read_network(Aws(REGION), wanted)) == {}
