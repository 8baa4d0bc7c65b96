"""Checks that the server starts as Studio needs it, and without the network."""

import time

import pytest

from settings import AppType
from studio.images.contract import jupyter_client, starting
from studio.images.contract.jupyter_client import Answer, Server
from studio.images.contract.requirements import APPS
from tests.studio.images.contract.containers import LocalContainer, said
from tests.studio.images.contract.local_server import answering

JUPYTER_LAB = APPS[AppType.JUPYTER_LAB]
STATUS = "/jupyterlab/default/api/status"
NOTHING_LISTENS = said("")


@pytest.mark.parametrize(
    ("container", "passed", "says"),
    [
        (LocalContainer(cat=said("Ip: OutNoRoutes\nIp: 0\n")), True, "without reaching"),
        (LocalContainer(cat=said("Ip: OutNoRoutes\nIp: 2\n")), False, "2 times"),
        (
            LocalContainer(
                cat=said(""), logs="one\ncurl: (6) Could not resolve host: pypi.org\nthree"
            ),
            False,
            "Could not resolve host: pypi.org",
        ),
    ],
)
def test_network_finds_attempts_to_reach_it(
    container: LocalContainer, passed: bool, says: str
) -> None:
    result = starting.network(container)
    assert result.passed is passed
    assert says in result.found


def test_a_server_that_responds_is_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 200):
        result = starting.health(LocalContainer(cat=NOTHING_LISTENS), JUPYTER_LAB, seconds=20)
    assert result.passed
    assert f"GET {STATUS} answers 200" in result.found


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
    monkeypatch: pytest.MonkeyPatch, status: int, says: str
) -> None:
    started = time.monotonic()
    with answering(monkeypatch, status):
        result = starting.health(LocalContainer(cat=NOTHING_LISTENS), JUPYTER_LAB, seconds=60)
    assert result.passed is False
    assert says in result.found
    assert time.monotonic() - started < 20


def test_a_server_on_loopback_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 200) as port:
        listens = f"0: 0100007F:{port:04X} 00000000:0000 0A\n1: 00000000:270F 00000000:0000 0A\n"
        result = starting.health(LocalContainer(cat=said(listens)), JUPYTER_LAB, seconds=20)
    assert result.passed is False
    assert "127.0.0.1 only" in result.found


def test_a_server_on_another_port_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    listens = said(f"0: 00000000:{9999:04X} 00000000:0000 0A\n")
    result = starting.health(LocalContainer(cat=listens), JUPYTER_LAB, seconds=0.2)
    assert result.passed is False
    assert result.found == "nothing listens on 8888; the server listens on 9999"


def test_a_server_that_ended_is_reported_with_its_last_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    logs = "starting\nModuleNotFoundError: jupyterlab\nsubprocess exited with status 1\n"
    result = starting.health(LocalContainer(alive=False, logs=logs), JUPYTER_LAB, seconds=20)
    assert result.passed is False
    assert result.found.endswith("ModuleNotFoundError: jupyterlab")
