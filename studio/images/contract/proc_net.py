"""Reads from /proc the ports of a container, and its attempts to reach the network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from studio.images.contract.container import Container

_LISTEN = "0A"
_LOOPBACKS = {"0100007F", "00000000000000000000000001000000"}
_NO_ROUTE = "OutNoRoutes"


@dataclass(frozen=True, order=True)
class Listener:
    """A TCP port. loopback: Studio cannot reach it."""

    port: int
    loopback: bool


def listeners(container: Container) -> list[Listener]:
    text = container.execute(["cat", "/proc/net/tcp", "/proc/net/tcp6"]).output
    rows = [line.split() for line in text.splitlines()]
    found = set()
    for row in rows:
        if len(row) > 3 and row[3] == _LISTEN:
            address, _, port = row[1].rpartition(":")
            found.add(Listener(int(port, 16), address in _LOOPBACKS))
    return sorted(found)


def attempts(container: Container) -> int | None:
    """The number of packets without a route; None if it is not known.

    The kernel counts them for each network namespace (RFC 4293, ipSystemStatsOutNoRoutes).
    """
    text = container.execute(["cat", "/proc/net/snmp", "/proc/net/snmp6"]).output
    rows = [line.split() for line in text.splitlines()]
    found: list[int] = []
    for names, values in pairwise(rows):
        if names[:1] == ["Ip:"] and values[:1] == ["Ip:"] and _NO_ROUTE in names:
            found.append(int(values[names.index(_NO_ROUTE)]))
    found += [int(row[1]) for row in rows if len(row) == 2 and row[0] == f"Ip6{_NO_ROUTE}"]
    return sum(found) if found else None
