"""Each problem of an existing VPC is found alone, with its fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.endpoint_services import service_name, services
from catalog.names import Feature
from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_network import (
    Endpoint,
    ExistingNetwork,
    Group,
    Route,
    Rule,
    Subnet,
    read_network,
)
from studio.aws.network_acls import AclRule, NetworkAcl
from studio.doctor.context import Context
from studio.doctor.existing_checks import CHECKS, EXAMINATIONS
from studio.doctor.existing_network import internet_routes
from studio.doctor.finding import Finding, LookupDenied
from studio.doctor.model import Outcome, run_checks
from studio_emulator.server import Emulator
from tests.studio.account import client
from tests.studio.deployed_studio import KnownState
from tests.studio.network_team import TeamVpc

REGION, ACCOUNT, OTHER = "us-east-1", "123456789012", "999999999999"
VPC, APPS = "vpc-0123456789abcdef0", "sg-0123456789abcdef1"
FIRST, SECOND = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1"
LOCAL = Route(destination="10.8.0.0/16", target="local")
TO_S3 = Route(destination="pl-63a5400a", target="vpce-s3")
HTTPS_IN = Rule(egress=False, ports=(443, 443), peers=("10.8.0.0/16",))
EVERYTHING = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
NEEDED = services([Feature.CONNECT])
OPEN_ACL = NetworkAcl(
    id="acl-open",
    rules=tuple(
        AclRule(number=100, egress=egress, allows=True, cidr="0.0.0.0/0")
        for egress in (True, False)
    ),
)

Change = Callable[[ExistingNetwork], ExistingNetwork]


def subnet(id_: str, zone: str, number: int) -> Subnet:
    return Subnet(
        id=id_, vpc_id=VPC, owner=ACCOUNT, zone=f"{REGION}{zone}", cidr=f"10.8.{number}.0/24",
        free=251, routes=(LOCAL, TO_S3),
    )  # fmt: skip


def endpoint(service: str, **more: Any) -> Endpoint:
    return Endpoint(**{
        "id": f"vpce-{service}", "service": service_name(service, REGION), "kind": "Interface",
        "state": "available", "private_dns": True, "ours": False, "group_ids": ("sg-endpoints",),
        "subnet_ids": ("subnet-ends",),
        "policy": EVERYTHING, **more,
    })  # fmt: skip


S3 = replace(
    endpoint("s3", private_dns=False), service=f"com.amazonaws.{REGION}.s3", kind="Gateway"
)
GOOD = ExistingNetwork(
    vpc_id=VPC,
    account=ACCOUNT,
    owner=ACCOUNT,
    cidrs=("10.8.0.0/16",),
    subnets=(subnet(FIRST, "a", 0), subnet(SECOND, "b", 1)),
    endpoints=(S3, *map(endpoint, NEEDED)),
    groups=(
        Group(id="sg-endpoints", vpc_id=VPC, rules=(HTTPS_IN,)),
        Group(
            id=APPS,
            vpc_id=VPC,
            rules=(Rule(egress=True, ports=None, peers=("0.0.0.0/0",)),),
        ),
    ),
    zones=frozenset({f"{REGION}a", f"{REGION}b"}),
    acls=dict.fromkeys((FIRST, SECOND, "subnet-ends"), OPEN_ACL),
    cidrs_of_subnets={FIRST: "10.8.0.0/24", SECOND: "10.8.1.0/24", "subnet-ends": "10.8.9.0/24"},
    s3_ranges=("3.5.0.0/19",),
)


def settings(users: int = 2, **network: Any) -> Settings:
    wanted = {"vpc_id": VPC, "subnet_ids": [FIRST, SECOND], "endpoints": "existing", **network}
    named: dict[str, Any] = {f"u{number}": {} for number in range(users)}
    return Settings.model_validate({"network": wanted, "users": named})


def examine(wanted: Settings, network: ExistingNetwork) -> dict[str, list[Finding] | str]:
    """The findings of each examination with findings, or why it is not possible."""
    found: dict[str, list[Finding] | str] = {}
    for name, (run, _) in EXAMINATIONS.items():
        try:
            if findings := list(run(wanted, network)):
                found[name] = findings
        except LookupDenied as denied:
            found[name] = str(denied)
    return found


def first(**more: Any) -> Change:
    """Changes the first subnet."""
    return lambda it: replace(it, subnets=(replace(it.subnets[0], **more), *it.subnets[1:]))


def route(destination: str, target: str) -> Change:
    return first(routes=(LOCAL, TO_S3, Route(destination=destination, target=target)))


def of(service: str, **more: Any) -> Change:
    """Changes the endpoint of the service."""
    name = service_name(service, REGION) if service != "s3" else S3.service
    return lambda it: replace(
        it,
        endpoints=tuple(
            replace(one, **more) if one.service == name else one for one in it.endpoints
        ),
    )


def without(service: str) -> Change:
    name = service_name(service, REGION)
    return lambda it: replace(
        it, endpoints=tuple(one for one in it.endpoints if one.service != name)
    )


def group(*rules: Rule) -> Change:
    """Replaces the rules of the endpoints' security group."""
    return lambda it: replace(it, groups=(replace(it.groups[0], rules=rules), it.groups[1]))


def has(*endpoints: Endpoint) -> Change:
    """Replaces all endpoints except S3's."""
    return lambda it: replace(it, endpoints=(S3, *endpoints))


def both(one: Change, other: Change) -> Change:
    return lambda it: other(one(it))


def acl(subnet_id: str, *rules: AclRule) -> Change:
    """Adds rules before those that allow everything."""
    changed = NetworkAcl(id=f"acl-of-{subnet_id}", rules=(*rules, *OPEN_ACL.rules))
    return lambda it: replace(it, acls={**it.acls, subnet_id: changed})


def rule(cidr: str, low: int, high: int, *, egress: bool, allows: bool = False) -> AclRule:
    return AclRule(number=50, egress=egress, allows=allows, cidr=cidr, ports=(low, high))


def policy(**statement: Any) -> dict[str, Any]:
    statement_of_all = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    return {"Statement": [statement_of_all | statement]}


def only_account(account: str) -> dict[str, Any]:
    return policy(Condition={"StringEquals": {"aws:PrincipalAccount": account}})


NO_ADDRESSES = first(free=3)
SUITABLE: Any = {
    "all endpoints exist": (settings(), lambda it: it),
    "endpoints are created": (settings(endpoints="create"), has()),
    "some endpoints are created": (settings(endpoints=["ssm"]), has(endpoint("ssm"))),
    "endpoints of this deployment": (settings(endpoints="create"), lambda it: replace(
        it, endpoints=tuple(replace(one, ours=True) for one in it.endpoints))),
    "a private route": (settings(), route("10.0.0.0/8", "tgw-1")),
    "a peering connection": (settings(), route("172.31.0.0/16", "pcx-1")),
    "an allowed internet route": (settings(allow_internet=True), route("0.0.0.0/0", "nat-1")),
    "a policy for the organization": (settings(), of("sts", policy=policy(
        Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    "a policy for the account": (settings(), of("sts", policy=only_account(ACCOUNT))),
    "few free addresses after the deployment": (settings(users=100), lambda it: replace(
        NO_ADDRESSES(it), deployed=True)),
    "security groups of the settings": (settings(security_group_ids=[APPS]), group(
        replace(HTTPS_IN, peers=(APPS,)))),
    "shared subnets": (settings(), first(owner=OTHER)),
    "an ACL that denies other ports": (settings(), acl(
        FIRST, rule("0.0.0.0/0", 22, 22, egress=True), rule("0.0.0.0/0", 0, 32767, egress=False))),
    "an ACL that allows both halves of a range": (settings(), acl(
        FIRST, rule("10.8.9.0/25", 443, 443, egress=True, allows=True),
        rule("10.8.9.128/25", 443, 443, egress=True, allows=True),
        AclRule(number=60, egress=True, allows=False, cidr="10.8.9.0/24"))),
    "an ACL that denies traffic between subnets of apps": (settings(), acl(
        FIRST, rule("10.8.1.0/24", 0, 65535, egress=True))),
}  # fmt: skip

BREAKS: list[tuple[str, Settings, Change, str, str]] = [
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
    ("network-addresses", settings(endpoints="create"),
     lambda it: replace(has()(it), subnets=tuple(replace(one, free=11) for one in it.subnets)),
     "22 free addresses", "24 free"),
    ("network-addresses", settings(), lambda it: replace(
        it, deployed=True, subnets=tuple(replace(one, free=0) for one in it.subnets)),
     "no other app", "2 to 4 addresses"),
    ("network-internet", settings(), route("0.0.0.0/0", "igw-1"), "through igw-1", "without such"),
    ("network-internet", settings(), route("0.0.0.0/0", "nat-1"), "through nat-1", "without such"),
    ("network-internet", settings(), route("0.0.0.0/0", "tgw-1"), "through tgw-1", "without such"),
    ("network-internet", settings(), route("0.0.0.0/0", "vgw-1"), "through vgw-1", "without such"),
    ("network-internet", settings(), route("0.0.0.0/0", "eni-1"), "through eni-1", "without such"),
    ("network-internet", settings(), route("::/0", "eigw-1"), "reaches ::/0", "without such"),
    ("network-internet", settings(), route("128.0.0.0/1", "nat-1"), "128.0.0.0/1", "without such"),
    ("network-internet", settings(), route("8.8.8.8/32", "tgw-1"), "8.8.8.8/32", "without such"),
    ("network-internet", settings(), route("pl-1", "tgw-1"), "reaches pl-1", "without such"),
    ("network-internet", settings(), first(routes=None), "cannot be looked up", "without such"),
    ("network-s3", settings(), first(routes=(LOCAL,)), f"{FIRST} has no route to S3", "gateway"),
    ("network-s3", settings(), of("s3", policy=policy(Action="s3:ListBucket")),
     "denies s3:GetObject", ACCOUNT),
    ("network-endpoints", settings(), without("sts"), "no endpoint for com.amazonaws.us-east-1.sts",
     "--private-dns-enabled"),
    ("network-endpoints", settings(), without("sts"), "no endpoint for com.amazonaws.us-east-1.sts",
     'or set network.endpoints = ["sagemaker.api", "sagemaker.runtime", "studio", "ssm", '
     '"ssmmessages", "logs"], and'),
    ("network-endpoints", settings(), of("logs", state="pendingacceptance"), "pendingacceptance",
     "available"),
    ("network-endpoints", settings(), of("studio", private_dns=False), "private DNS off",
     "modify-vpc-endpoint"),
    ("network-endpoints", settings(), of("sts", policy=only_account(OTHER)),
     "denies sts:GetCallerIdentity", ACCOUNT),
    ("network-endpoints", settings(), of("sts", policy=policy(Effect="Deny")), "denies", ACCOUNT),
    ("network-endpoints", settings(), of("sts", policy=policy(
        Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/crm"})), "denies", ACCOUNT),
    ("network-endpoints", settings(), of("sts", policy=policy(
        Condition={"StringNotEquals": {"aws:SourceVpc": VPC}})), "denies", ACCOUNT),
    ("network-endpoints", settings(), of("ssm", policy=only_account(ACCOUNT)),
     "SageMaker's remote access", "ssh-helper"),
    ("network-endpoints", settings(endpoints="create"), has(endpoint("ssm")),
     "vpce-ssm", 'network.endpoints = "create-missing", or ["ssm"]'),
    ("network-endpoints", settings(), lambda it: group(
        replace(HTTPS_IN, peers=("10.8.0.0/24",)))(of("logs", group_ids=("sg-other",))(it)),
     f"allow no HTTPS from {SECOND}", "10.8.1.0/24"),
    ("network-endpoints", settings(), group(replace(HTTPS_IN, ports=(80, 80))),
     "allow no HTTPS", "TCP 443"),
    ("network-endpoints", settings(), group(replace(HTTPS_IN, peers=(APPS,))),
     "allow no HTTPS", "TCP 443"),
    ("network-acls", settings(), acl(FIRST, rule("10.8.9.0/24", 443, 443, egress=True)),
     f"acl-of-{FIRST} of {FIRST} denies outbound TCP 443 to 10.8.9.0/24",
     "outbound rule for TCP 443"),
    ("network-acls", settings(), acl(FIRST, rule("10.8.9.7/32", 40000, 40000, egress=False)),
     f"of {FIRST} denies inbound TCP 32768-60999 from 10.8.9.0/24", "inbound rule for TCP 32768-"),
    ("network-acls", settings(), acl("subnet-ends", rule("10.8.0.0/24", 0, 1023, egress=False)),
     "of subnet-ends denies inbound TCP 443 from 10.8.0.0/24", "an inbound rule"),
    ("network-acls", settings(), acl("subnet-ends", rule("10.8.1.0/24", 1024, 65535, egress=True)),
     "of subnet-ends denies outbound TCP 32768-60999 to 10.8.1.0/24", "an outbound rule"),
    ("network-acls", settings(endpoints="create"), both(has(), acl(
        FIRST, rule("10.8.1.0/24", 443, 443, egress=True))), "to 10.8.1.0/24", "an outbound rule"),
    ("network-acls-s3", settings(), acl(FIRST, rule("3.0.0.0/8", 443, 443, egress=True)),
     f"of {FIRST} denies outbound TCP 443 to 3.5.0.0/19", "TCP 443 to 3.5.0.0/19"),
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
    ("name", "wanted", "change", "found", "fix"), BREAKS, ids=[f"{b[0]}-{b[3]}" for b in BREAKS]
)
def test_each_problem_is_found_alone_with_its_fix(
    name: str, wanted: Settings, change: Change, found: str, fix: str
) -> None:
    findings = examine(wanted, change(GOOD))
    assert findings.keys() == {name}
    assert found in "; ".join(finding.found for finding in findings[name])  # type: ignore[union-attr]
    assert fix in "; ".join(finding.fix for finding in findings[name])  # type: ignore[union-attr]


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
    found = {name: one for name, one in found.items() if isinstance(one, str)}
    assert found == dict.fromkeys(examinations, "cannot be looked up: AccessDenied")


def test_internet_routes_are_listed() -> None:
    network = route("0.0.0.0/0", "nat-1")(GOOD)
    assert internet_routes(network) == [f"{FIRST} reaches 0.0.0.0/0 through nat-1"]
    assert internet_routes(GOOD) == []


def test_doctor_reports_what_to_ask_for(team_vpc: TeamVpc, tmp_path: Path) -> None:
    team_vpc.ec2.modify_vpc_endpoint(
        VpcEndpointId=team_vpc.endpoints["sts"], PrivateDnsEnabled=False
    )
    context = Context(
        settings=Settings.model_validate(team_vpc.settings()),
        deployment=KnownState(out=tmp_path, domain_id=None),
    )
    results = {result.name: result for result in run_checks(CHECKS, context)}
    failed = [name for name, result in results.items() if result.outcome is Outcome.FAILED]
    assert failed == ["network-endpoints"]
    assert results["network-endpoints"].fix.startswith("ask the network team for aws ec2 modify-")
    assert results["network-dns"].found == f"{team_vpc.vpc_id} has no problem"


def test_doctor_finds_the_existing_endpoints_for_create_missing(
    entered: Emulator, tmp_path: Path
) -> None:
    team = TeamVpc.create(client(entered, "ec2"), existing=["ssm", "sts"])
    context = Context(
        settings=Settings.model_validate(team.settings("create-missing")),
        deployment=KnownState(out=tmp_path, domain_id=None),
    )
    checks = [check for check in CHECKS if check.name.startswith("network-")]
    results = list(run_checks(checks, context))
    assert {result.outcome for result in results} == {Outcome.PASSED}
    assert set(context.settings_with_endpoints.network.found_endpoints) == {"ssm", "sts"}


def test_network_acls_are_read_from_aws(
    team_vpc: TeamVpc,
) -> None:
    wanted = Settings.model_validate(team_vpc.settings())
    found = read_network(Aws(REGION), wanted)
    assert found.acls.keys() >= set(team_vpc.subnet_ids)
    assert examine(wanted, found) == {}
    (acl_id,) = {acl.id for acl in found.acls.values()}
    team_vpc.ec2.create_network_acl_entry(
        NetworkAclId=acl_id, RuleNumber=10, Protocol="6", RuleAction="deny", Egress=True,
        CidrBlock="10.8.1.0/24", PortRange={"From": 443, "To": 443},
    )  # fmt: skip
    findings = examine(wanted, read_network(Aws(REGION), wanted))["network-acls"]
    assert isinstance(findings, list)
    assert findings[0].found.startswith(
        f"{acl_id} of {team_vpc.subnet_ids[0]} denies outbound TCP 443"
    )


def test_a_blackhole_route_does_not_count(team_vpc: TeamVpc) -> None:
    wanted = Settings.model_validate(team_vpc.settings())
    table = {
        "Associations": [{"SubnetId": subnet} for subnet in team_vpc.subnet_ids],
        "Routes": [
            {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"},
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "blackhole"},
        ],
    }
    real = Aws.all

    def listed(self: Aws, service: str, operation: str, member: str, **params: Any) -> Any:
        if operation == "describe_route_tables":
            return [table]
        return real(self, service, operation, member, **params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Aws, "all", listed)
        found = read_network(Aws(REGION), wanted)
    assert internet_routes(found) == []
    assert examine(wanted, found).keys() == {"network-s3"}
