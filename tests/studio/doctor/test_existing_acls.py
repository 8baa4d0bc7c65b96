"""Each network ACL of an existing VPC that denies needed traffic is found."""

from dataclasses import replace
from typing import Any

import pytest

from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.aws.network_acls import AclRule, NetworkAcl
from tests.studio.doctor.networks import (
    FIRST,
    GOOD,
    OPEN_ACL,
    REGION,
    Change,
    assert_found_alone,
    both,
    endpoint,
    examine,
    has,
    settings,
)
from tests.studio.network_team import TeamVpc


def acl(subnet_id: str, *rules: AclRule) -> Change:
    """Adds rules before those that allow everything."""
    changed = NetworkAcl(id=f"acl-of-{subnet_id}", rules=(*rules, *OPEN_ACL.rules))
    return lambda it: replace(it, acls={**it.acls, subnet_id: changed})


def deny(cidr: str, low: int, high: int, *, egress: bool) -> AclRule:
    return AclRule(number=50, egress=egress, allows=False, cidr=cidr, ports=(low, high))


SUITABLE = {
    "other ports are denied": acl(
        FIRST, deny("0.0.0.0/0", 22, 22, egress=True), deny("0.0.0.0/0", 0, 32767, egress=False)),
    "traffic between subnets of apps is denied": acl(
        FIRST, deny("10.8.1.0/24", 0, 65535, egress=True)),
    "traffic to endpoints of other services is denied": both(
        lambda it: replace(
            it,
            endpoints=(*it.endpoints, endpoint("ec2", subnet_ids=("subnet-other",))),
            cidrs_of_subnets={**it.cidrs_of_subnets, "subnet-other": "10.8.8.0/24"},
        ),
        acl(FIRST, deny("10.8.8.0/24", 443, 443, egress=True)),
    ),
}  # fmt: skip

DENIED: Any = [
    (acl(FIRST, deny("10.8.9.0/24", 443, 443, egress=True)),
     f"acl-of-{FIRST} of {FIRST} denies outbound TCP 443 to 10.8.9.0/24",
     "outbound rule for TCP 443"),
    (acl(FIRST, deny("10.8.9.7/32", 40000, 40000, egress=False)),
     f"of {FIRST} denies inbound TCP 32768-60999 from 10.8.9.0/24", "inbound rule for TCP 32768-"),
    (acl("subnet-ends", deny("10.8.0.0/24", 0, 1023, egress=False)),
     "of subnet-ends denies inbound TCP 443 from 10.8.0.0/24", "an inbound rule"),
    (acl("subnet-ends", deny("10.8.1.0/24", 1024, 65535, egress=True)),
     "of subnet-ends denies outbound TCP 32768-60999 to 10.8.1.0/24", "an outbound rule"),
]  # fmt: skip


@pytest.mark.parametrize("change", SUITABLE.values(), ids=list(SUITABLE))
def test_an_acl_that_allows_the_needed_traffic_has_no_finding(change: Change) -> None:
    assert examine(settings(), change(GOOD)) == {}


@pytest.mark.parametrize(("change", "found", "fix"), DENIED, ids=[one[1] for one in DENIED])
def test_denied_traffic_to_the_endpoints_is_found(change: Change, found: str, fix: str) -> None:
    assert_found_alone("network-acls", settings(), change, found, fix)


def test_denied_traffic_to_new_endpoints_is_found() -> None:
    change = both(has(), acl(FIRST, deny("10.8.1.0/24", 443, 443, egress=True)))
    new = settings(endpoints="create")
    assert_found_alone("network-acls", new, change, "to 10.8.1.0/24", "an outbound rule")


def test_denied_traffic_to_s3_is_found() -> None:
    change = acl(FIRST, deny("3.0.0.0/8", 443, 443, egress=True))
    found = f"of {FIRST} denies outbound TCP 443 to 3.5.0.0/19"
    assert_found_alone("network-acls-s3", settings(), change, found, "TCP 443 to 3.5.0.0/19")


def test_network_acls_are_read_from_aws(team_vpc: TeamVpc) -> None:
    wanted = team_vpc.settings()
    found = read_network(Aws(REGION), wanted)
    assert found.acls.keys() >= set(team_vpc.subnet_ids)
    assert examine(wanted, found) == {}
    (acl_id,) = {acl.id for acl in found.acls.values()}
    team_vpc.ec2.create_network_acl_entry(
        NetworkAclId=acl_id, RuleNumber=10, Protocol="6", RuleAction="deny", Egress=True,
        CidrBlock="10.8.1.0/24", PortRange={"From": 443, "To": 443},
    )  # fmt: skip
    denied, _ = examine(wanted, read_network(Aws(REGION), wanted))["network-acls"]
    assert denied.startswith(f"{acl_id} of {team_vpc.subnet_ids[0]} denies outbound TCP 443")
