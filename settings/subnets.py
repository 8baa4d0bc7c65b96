"""Divides the VPC's address range among the availability zones; the largest and smallest range."""

import ipaddress
from itertools import islice

PARTS = 8
"""The parts of the VPC's range; each zone has a subnet of one part."""
LARGEST_VPC = 16
"""AWS's limit, in bits of the prefix as those below (vpc/latest/userguide/vpc-cidr-blocks.html)."""
SMALLEST_SUBNET = 26
"""59 usable addresses: one for each endpoint, 2 to 4 for each running user."""
_PART_BITS = PARTS.bit_length() - 1
SMALLEST_VPC = SMALLEST_SUBNET - _PART_BITS


def subnet_cidrs(cidr: str, zones: int) -> list[str]:
    """One subnet for each zone, in CIDR notation.

    Divides the range into eight equal parts and returns the first ``zones``, so that an additional
    zone does not change the others. A /16 gives /19s (8,187 usable addresses; AWS reserves five);
    the smallest range, a /23, gives /26s.
    """
    network = ipaddress.IPv4Network(cidr)
    return [str(part) for part in islice(network.subnets(prefixlen_diff=_PART_BITS), zones)]
