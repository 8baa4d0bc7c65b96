"""Network ACLs, and the traffic that they allow.

Source: VPC guide, "Network ACL rules" (the first matching rule decides, the last one denies), and
"Control subnet traffic with network access control lists" (none applies within a subnet).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

_EVERY_PORT = (0, 65535)
_TCP = ("-1", "6")


@dataclass(frozen=True, kw_only=True)
class AclRule:
    """A rule for TCP over IPv4."""

    number: int
    egress: bool
    allows: bool
    cidr: str
    ports: tuple[int, int] = _EVERY_PORT


@dataclass(frozen=True, kw_only=True)
class NetworkAcl:
    """An ACL. rules: in any order."""

    id: str
    rules: tuple[AclRule, ...]

    def allows(self, peer: str, ports: tuple[int, int], *, egress: bool) -> bool:
        """Whether it allows TCP to all of these ports, from or to the peer's whole range."""
        low, high = ports
        rules = [rule for rule in self.rules if rule.egress is egress]
        rules.sort(key=lambda rule: rule.number)
        starts = {low, *(start for rule in rules for start in (rule.ports[0], rule.ports[1] + 1))}
        return all(
            _allowed([r for r in rules if r.ports[0] <= port <= r.ports[1]], IPv4Network(peer))
            for port in starts
            if low <= port <= high
        )


def by_subnet(found: Iterable[Mapping[str, Any]]) -> Mapping[str, NetworkAcl]:
    """The ACL of each subnet, from the response of DescribeNetworkAcls."""
    return {
        association["SubnetId"]: NetworkAcl(
            id=one["NetworkAclId"],
            rules=tuple(
                _rule(entry)
                for entry in one.get("Entries", ())
                if entry["Protocol"] in _TCP and "CidrBlock" in entry
            ),
        )
        for one in found
        for association in one.get("Associations", ())
    }


def _rule(entry: Mapping[str, Any]) -> AclRule:
    ports = entry.get("PortRange") if entry["Protocol"] != "-1" else None
    return AclRule(
        number=entry["RuleNumber"],
        egress=entry["Egress"],
        allows=entry["RuleAction"] == "allow",
        cidr=entry["CidrBlock"],
        ports=(ports["From"], ports["To"]) if ports else _EVERY_PORT,
    )


def _allowed(rules: list[AclRule], peer: IPv4Network) -> bool:
    for rule in rules:
        block = IPv4Network(rule.cidr, strict=False)
        if peer.subnet_of(block):
            return rule.allows
        if peer.overlaps(block):
            return all(_allowed(rules, half) for half in peer.subnets())
    return False
