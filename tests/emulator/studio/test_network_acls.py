"""Network ACLs decide whether a session to a space is possible."""

import pytest

from tests.emulator.studio.app_network import ALL, EPHEMERAL, AclRule, AppNetwork

OUT = ("out", "allow", "10.0.8.0/24", (443, 443))
IN = ("in", "allow", "10.0.8.0/24", EPHEMERAL)


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ([OUT, IN], True),
        ([OUT], False),
        ([IN], False),
        ([OUT, ("in", "allow", "10.0.9.0/24", EPHEMERAL)], False),
        ([OUT, ("in", "allow", ALL, (32768, 40000)), ("in", "allow", ALL, (40001, 65535))], True),
        ([OUT, ("in", "allow", ALL, (32769, 60999))], False),
        ([OUT, ("in", "allow", ALL, (32768, 60998))], False),
        ([("out", "deny", ALL, (443, 443)), OUT, IN], False),
        ([("out", "deny", ALL, (22, 22)), ("out", "deny", ALL, (8443, 8443)), OUT, IN], True),
        ([OUT, ("out", "deny", ALL, None), IN], True),
        ([("out", "allow", ALL, None), ("in", "allow", ALL, None)], True),
    ],
)
def test_network_acl_of_the_subnets_of_apps(rules: list[AclRule], passes: bool) -> None:
    it = AppNetwork()
    it.endpoints_in_separate_subnet()
    it.acl(it.studio.subnets, *rules)
    it.require_session(possible=passes)


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ([("in", "allow", "10.0.0.0/16", (443, 443)), ("out", "allow", ALL, EPHEMERAL)], True),
        ([("in", "allow", "10.0.0.0/16", (443, 443))], False),
        ([("in", "allow", "192.168.0.0/16", (443, 443)), ("out", "allow", ALL, EPHEMERAL)], False),
    ],
)
def test_network_acl_of_the_subnet_of_endpoints(rules: list[AclRule], passes: bool) -> None:
    it = AppNetwork()
    it.acl([it.endpoints_in_separate_subnet()], *rules)
    it.require_session(possible=passes)


def test_rules_for_udp_do_not_allow_https() -> None:
    it = AppNetwork()
    it.endpoints_in_separate_subnet()
    it.acl(it.studio.subnets, OUT, IN)
    it.require_session()
    for acl in it.ec2.network_acls.values():
        for rule in acl.network_acl_entries:
            rule.protocol = "17" if rule.protocol == "6" else rule.protocol
    it.require_session(possible=False)


def test_network_acls_do_not_apply_within_a_subnet() -> None:
    it = AppNetwork()
    it.through_endpoints()
    it.acl(it.studio.subnets)
    it.require_session()


@pytest.mark.parametrize("closed", ["apps", "NAT"])
def test_network_acl_of_the_route_through_nat(closed: str) -> None:
    it = AppNetwork()
    it.through_nat()
    it.require_session()
    (gateway,) = it.ec2.nat_gateways.values()
    it.acl(it.studio.subnets if closed == "apps" else [gateway.subnet_id])
    it.require_session(possible=False)
