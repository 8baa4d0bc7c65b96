"""Checks that the server starts as Studio needs it, and without the network."""

import time
from collections.abc import Callable, Sequence

import pytest

from settings import AppType
from studio.images.contract import jupyter_client, starting
from studio.images.contract.jupyter_client import Answer, Server
from studio.images.contract.requirements import APPS
from tests.studio.images.contract.containers import LocalContainer, said

JUPYTER_LAB = APPS[AppType.JUPYTER_LAB]
STATUS = "/jupyterlab/default/api/status"
NOTHING_LISTENS = said("")
LOOPBACK, IPV6_LOOPBACK = "0100007F", "00000000000000000000000001000000"


@pytest.mark.parametrize(
    ("counted", "logs", "passed", "says"),
    [
        ("Ip: Forwarding OutNoRoutes\nIp: 1 0\nIcmp: InMsgs\nIcmp: 9\n", "", True, "without"),
        ("cat: /proc/net/snmp: No such file or directory\n", "", True, "without reaching"),
        ("Ip: OutNoRoutes InMsgs\nIp: 3 0\nIp6OutNoRoutes   4\n", "", False, "7 times"),
        ("", "one\ncurl: (6) Could not resolve host: x\n2", False, "Could not resolve host: x"),
    ],
)
def test_network_finds_attempts_to_reach_it(
    counted: str, logs: str, passed: bool, says: str
) -> None:
    result = starting.network(LocalContainer(cat=said(counted), logs=logs))
    assert result.passed is passed
    assert says in result.found


@pytest.mark.parametrize(
    ("addresses", "passed", "says"),
    [
        ([], True, f"GET {STATUS} answers 200"),
        (["00000000", LOOPBACK], True, f"GET {STATUS} answers 200"),
        ([LOOPBACK], False, "127.0.0.1 only"),
        ([IPV6_LOOPBACK], False, "127.0.0.1 only"),
    ],
)
def test_a_server_that_responds_on_more_than_loopback_is_healthy(
    answer: Callable[..., int], addresses: Sequence[str], passed: bool, says: str
) -> None:
    port = answer(200)
    rows = [f"0: {address}:{port:04X} 00000000:0000 0A\n" for address in addresses]
    container = LocalContainer(cat=said("".join([*rows, "0: 00000000:270F 00000000:0000 0A"])))
    result = starting.health(container, JUPYTER_LAB, seconds=20)
    assert result.passed is passed
    assert says in result.found


def test_a_wrong_response_of_a_server_that_starts_is_not_final(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([Answer(503, ""), Answer(200, "")])
    monkeypatch.setattr(Server, "get", lambda *_: next(answers))
    monkeypatch.setattr(starting, "_POLL_SECONDS", 0.0)
    assert starting.health(LocalContainer(cat=NOTHING_LISTENS), JUPYTER_LAB, seconds=20).passed


@pytest.mark.parametrize(
    ("status", "says"), [(403, "asks for a token"), (404, "base URL"), (500, "answers 500")]
)
def test_a_wrong_response_fails_before_the_time_limit(
    answer: Callable[..., int], status: int, says: str
) -> None:
    answer(status)
    started = time.monotonic()
    result = starting.health(LocalContainer(cat=NOTHING_LISTENS), JUPYTER_LAB, seconds=60)
    assert result.passed is False
    assert says in result.found
    assert time.monotonic() - started < 20


PROC_NET_TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:270F 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:B1C2 0100007F:22B8 01 00000000:00000000 00:00000000 00000000  1000        0 1 1
  sl  local_address                         remote_address                        st tx_queue
   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0 0 0 0 0 0
"""
ENDED = "starting\nModuleNotFoundError: jupyterlab\nsubprocess exited with status 1\n"


@pytest.mark.parametrize(
    ("container", "says"),
    [
        (
            LocalContainer(cat=said(PROC_NET_TCP)),
            "nothing listens on 8888; the server listens on 8080, 9999",
        ),
        (
            LocalContainer(cat=said(PROC_NET_TCP.replace("270F", "22B8")), logs="one\ntwo"),
            f"GET {STATUS} on 8888: no answer within 0 s; the last line: two",
        ),
        (LocalContainer(alive=False, logs=ENDED), " s: ModuleNotFoundError: jupyterlab"),
    ],
    ids=["another port", "no answer", "ended"],
)
def test_a_server_that_does_not_respond_fails(
    monkeypatch: pytest.MonkeyPatch, container: LocalContainer, says: str
) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    result = starting.health(container, JUPYTER_LAB, seconds=0.2)
    assert result.passed is False
    assert result.found.endswith(says)
