"""The traffic that a network ACL allows."""

from typing import Any

import pytest

from studio.aws.network_acls import AclRule, NetworkAcl, by_subnet

HTTPS, EVERYWHERE = (443, 443), "0.0.0.0/0"


def rule(number: int, cidr: str, ports: tuple[int, int], *, allows: bool = True) -> AclRule:
    return AclRule(number=number, egress=True, allows=allows, cidr=cidr, ports=ports)


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ([], False),
        ([rule(100, EVERYWHERE, (0, 65535))], True),
        ([rule(100, EVERYWHERE, HTTPS), rule(50, EVERYWHERE, HTTPS, allows=False)], False),
        ([rule(100, EVERYWHERE, HTTPS, allows=False), rule(50, EVERYWHERE, HTTPS)], True),
        ([rule(1, "10.8.0.0/25", HTTPS)], False),
        ([rule(1, "10.8.0.0/25", HTTPS), rule(2, "10.8.0.128/25", HTTPS)], True),
        ([rule(1, "10.8.0.9/32", HTTPS, allows=False), rule(2, EVERYWHERE, HTTPS)], False),
        ([rule(1, "10.9.0.0/24", HTTPS, allows=False), rule(2, EVERYWHERE, HTTPS)], True),
    ],
)
def test_the_first_rule_of_each_peer_decides(rules: list[AclRule], allowed: bool) -> None:
    acl = NetworkAcl(id="acl-1", rules=tuple(rules))
    assert acl.allows("10.8.0.0/24", HTTPS, egress=True) is allowed
    assert not acl.allows("10.8.0.0/24", HTTPS, egress=False)


@pytest.mark.parametrize(
    ("ports", "allowed"),
    [((10, 30), True), ((9, 20), False), ((10, 31), False), ((15, 15), True), ((10, 40), False)],
)
def test_all_ports_must_be_allowed(ports: tuple[int, int], allowed: bool) -> None:
    """31 is the only port between the second and the third rule."""
    rules = tuple(
        rule(low, EVERYWHERE, (low, high)) for low, high in ((10, 12), (13, 30), (32, 40))
    )
    assert NetworkAcl(id="acl-1", rules=rules).allows("10.8.0.0/24", ports, egress=True) is allowed


def test_rules_for_tcp_over_ipv4_are_read() -> None:
    def entry(number: int, protocol: str, **more: Any) -> dict[str, Any]:
        base = {"RuleNumber": number, "Egress": True, "RuleAction": "allow"}
        return {**base, "Protocol": protocol, "CidrBlock": EVERYWHERE, **more}

    ports = {"PortRange": {"From": 443, "To": 443}}
    ipv6 = entry(4, "6", **ports, Ipv6CidrBlock="::/0")
    del ipv6["CidrBlock"]
    entries = [entry(1, "6", **ports), entry(2, "17", **ports), entry(3, "-1", **ports), ipv6]
    entries.append(entry(5, "6", RuleAction="deny"))
    associations = [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]
    found = by_subnet([{"NetworkAclId": "acl-1", "Entries": entries, "Associations": associations}])
    assert found.keys() == {"subnet-1", "subnet-2"}
    assert found["subnet-1"] == NetworkAcl(
        id="acl-1",
        rules=(
            rule(1, EVERYWHERE, HTTPS),
            rule(3, EVERYWHERE, (0, 65535)),
            rule(5, EVERYWHERE, (0, 65535), allows=False),
        ),
    )
