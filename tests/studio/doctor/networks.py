"""A suitable existing VPC, and changes that make it unsuitable."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from catalog.endpoint_services import service_name, services
from catalog.names import Feature
from settings import Settings
from studio.aws.existing_network import Endpoint, ExistingNetwork, Group, Route, Rule, Subnet
from studio.aws.network_acls import AclRule, NetworkAcl
from studio.doctor.existing_checks import EXAMINATIONS
from studio.doctor.finding import LookupDenied

REGION, ACCOUNT, OTHER = "us-east-1", "123456789012", "999999999999"
VPC, APPS = "vpc-0123456789abcdef0", "sg-0123456789abcdef1"
FIRST, SECOND = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1"
LOCAL = Route(destination="10.8.0.0/16", target="local")
TO_S3 = Route(destination="pl-63a5400a", target="vpce-s3")
HTTPS_IN = Rule(egress=False, ports=(443, 443), peers=("10.8.0.0/16",))
ANY_OUT = Rule(egress=True, ports=None, peers=("0.0.0.0/0",))
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
    groups=(Group(id="sg-endpoints", rules=(HTTPS_IN,)), Group(id=APPS, rules=(ANY_OUT,))),
    zones=frozenset({f"{REGION}a", f"{REGION}b"}),
    acls=dict.fromkeys((FIRST, SECOND, "subnet-ends"), OPEN_ACL),
    cidrs_of_subnets={FIRST: "10.8.0.0/24", SECOND: "10.8.1.0/24", "subnet-ends": "10.8.9.0/24"},
    s3_ranges=("3.5.0.0/19",),
)


def settings(users: int = 2, **network: Any) -> Settings:
    wanted = {"vpc_id": VPC, "subnet_ids": [FIRST, SECOND], "endpoints": "existing", **network}
    named: dict[str, Any] = {f"u{number}": {} for number in range(users)}
    return Settings.model_validate({"network": wanted, "users": named})


def examine(wanted: Settings, network: ExistingNetwork) -> dict[str, tuple[str, str]]:
    """What each examination finds, and the fix; or why it is not possible, and no fix."""
    said: dict[str, tuple[str, str]] = {}
    for name, (run, _) in EXAMINATIONS.items():
        try:
            if findings := list(run(wanted, network)):
                fixes = "; ".join(finding.fix for finding in findings)
                said[name] = "; ".join(finding.found for finding in findings), fixes
        except LookupDenied as denied:
            said[name] = str(denied), ""
    return said


def first(**more: Any) -> Change:
    """Changes the first subnet."""
    return lambda it: replace(it, subnets=(replace(it.subnets[0], **more), *it.subnets[1:]))


def route(destination: str, target: str) -> Change:
    """Adds a route to the first subnet."""
    return first(routes=(LOCAL, TO_S3, Route(destination=destination, target=target)))


def has(*endpoints: Endpoint) -> Change:
    """Replaces all endpoints except S3's."""
    return lambda it: replace(it, endpoints=(S3, *endpoints))


def both(one: Change, other: Change) -> Change:
    return lambda it: other(one(it))


def assert_found_alone(name: str, wanted: Settings, change: Change, found: str, fix: str) -> None:
    """Only this examination of the changed VPC has findings, with these texts."""
    ((examination, said),) = examine(wanted, change(GOOD)).items()
    assert examination == name
    assert found in said[0]
    assert fix in said[1]
