"""What the network ACLs of subnets let through; between hosts of one subnet there is none.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
"""

from __future__ import annotations

import ipaddress
from typing import Any

Ports = tuple[int, int]

HTTPS: Ports = (443, 443)
OF_LINUX: Ports = (32768, 60999)
OF_NAT: Ports = (1024, 65535)
"""Ports that answers come back to: those of Linux, and those of a NAT gateway."""

_ALL = "-1"
_TCP = "6"


def asks(ec2: Any, subnet_id: str, peer: str, answers: Ports = OF_LINUX) -> bool:
    """Whether hosts of the subnet may ask `peer`, an address, over HTTPS, and get answers."""
    return _passes(ec2, subnet_id, peer, HTTPS, egress=True) and _passes(
        ec2, subnet_id, peer, answers, egress=False
    )


def is_asked(ec2: Any, subnet_id: str, peer: str) -> bool:
    """Whether hosts of the subnet may be asked by `peer`, an address, over HTTPS, and answer."""
    return _passes(ec2, subnet_id, peer, HTTPS, egress=False) and _passes(
        ec2, subnet_id, peer, OF_LINUX, egress=True
    )


def _passes(ec2: Any, subnet_id: str, peer: str, ports: Ports, *, egress: bool) -> bool:
    """Whether all of these ports pass: each is decided by the first rule that matches."""
    undecided = [ports]
    for rule in sorted(_entries(ec2, subnet_id), key=lambda entry: int(entry.rule_number)):
        if (str(rule.egress).lower() == "true") is not egress or not _matches(rule, peer):
            continue
        rest = []
        for low, high in undecided:
            first, last = _ports(rule)
            if high < first or last < low:
                rest.append((low, high))
                continue
            if rule.rule_action != "allow":
                return False
            rest += [(low, first - 1)] * (low < first) + [(last + 1, high)] * (last < high)
        undecided = rest
    return not undecided


def _entries(ec2: Any, subnet_id: str) -> list[Any]:
    return [
        entry
        for acl in ec2.network_acls.values()
        if any(association.subnet_id == subnet_id for association in acl.associations)
        for entry in acl.network_acl_entries
    ]


def _matches(rule: Any, peer: str) -> bool:
    return (
        str(rule.protocol) in (_ALL, _TCP)
        and bool(rule.cidr_block)
        and ipaddress.ip_address(peer) in ipaddress.ip_network(rule.cidr_block, strict=False)
    )


def _ports(rule: Any) -> Ports:
    if str(rule.protocol) == _ALL or rule.port_range_from is None:
        return (0, 65535)
    return (int(rule.port_range_from), int(rule.port_range_to))
