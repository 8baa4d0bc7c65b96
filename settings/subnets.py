"""Divides the VPC's address range among the availability zones."""

import ipaddress
from itertools import islice

SLOTS = 8
LARGEST_VPC = 16
SMALLEST_SUBNET = 26
_SLOT_BITS = SLOTS.bit_length() - 1
SMALLEST_VPC = SMALLEST_SUBNET - _SLOT_BITS


def carve(cidr: str, zones: int) -> list[str]:
    """One subnet for each zone, in CIDR notation.

    The range is always divided into eight equal parts, of which the first ``zones`` are used: an
    additional zone takes the next part and does not change the others. With 10.20.0.0/16 a subnet
    is a /19 (8,187 usable addresses; AWS reserves five of each). The smallest range is a /23
    with parts of /26: 59 usable addresses, of which a running user takes 2 to 4.

    Raises ValueError when the range is not a network, has fewer addresses than a /23, or ``zones``
    is not 1 to 8.
    """
    if not 1 <= zones <= SLOTS:
        raise ValueError(f"{zones} zones: 1 to {SLOTS} are possible")
    network = ipaddress.IPv4Network(cidr)
    if network.prefixlen > SMALLEST_VPC:
        raise ValueError(f"{cidr} is too small: /{SMALLEST_VPC} is the smallest range")
    return [str(part) for part in islice(network.subnets(prefixlen_diff=_SLOT_BITS), zones)]
