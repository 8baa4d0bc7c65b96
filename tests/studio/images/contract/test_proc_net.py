"""The ports of a container, and its attempts to reach the network."""

import pytest

from studio.images.contract.proc_net import Listener, attempts, listeners
from tests.studio.images.contract.containers import LocalContainer, said

PROC_NET_TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   2: 0100007F:B1C2 0100007F:22B8 01 00000000:00000000 00:00000000 00000000  1000        0 1 1
  sl  local_address                         remote_address                        st tx_queue
   0: 00000000000000000000000001000000:270F 00000000000000000000000000000000:0000 0A 0 0 0 0 0 0
"""


def test_listeners() -> None:
    found = listeners(LocalContainer(cat=said(PROC_NET_TCP)))
    assert found == [Listener(8080, True), Listener(8888, False), Listener(9999, True)]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Ip: Forwarding OutNoRoutes ReasmReqds\nIp: 2 3 0\nIp6OutNoRoutes   4\n", 7),
        ("Ip: Forwarding OutNoRoutes\nIp: 1 0\nIcmp: InMsgs\nIcmp: 9\n", 0),
        ("cat: /proc/net/snmp: No such file or directory\n", None),
    ],
)
def test_packets_without_a_route_are_counted(text: str, counted: int | None) -> None:
    assert attempts(LocalContainer(cat=said(text))) == counted
