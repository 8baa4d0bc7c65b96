"""Evaluates the network ACLs of subnets for HTTPS.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
"""

import ipaddress
from typing import Any

Ports = tuple[int, int]

HTTPS: Ports = (443, 443)
LINUX_EPHEMERAL: Ports = (32768, 60999)
NAT_EPHEMERAL: Ports = (1024, 65535)

_ALL = "-1"
_TCP = "6"


def allows_to(ec2: Any, subnet_id: str, peer: str, answers: Ports = LINUX_EPHEMERAL) -> bool:
    """Whether hosts of the subnet can connect to the address `peer`.

    answers: the hosts' ephemeral ports.
    """
    return _allows(ec2, subnet_id, peer, HTTPS, egress=True) and _allows(
        ec2, subnet_id, peer, answers, egress=False
    )


def allows_from(ec2: Any, subnet_id: str, peer: str) -> bool:
    """Whether the address `peer` can connect to hosts of the subnet."""
    return _allows(ec2, subnet_id, peer, HTTPS, egress=False) and _allows(
        ec2, subnet_id, peer, LINUX_EPHEMERAL, egress=True
    )


def _allows(ec2: Any, subnet_id: str, peer: str, ports: Ports, *, egress: bool) -> bool:
    """Whether the ACL allows all these ports; the first rule that matches a port decides."""
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
