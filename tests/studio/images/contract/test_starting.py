"""The checks of an image's server."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
import websocket

from settings import AppType
from studio.images.contract import jupyter_client, kernels, starting
from studio.images.contract.jupyter_client import Refused, Server
from studio.images.contract.listening import Listener, attempts, listeners
from studio.images.contract.requirements import APPS
from studio.images.contract.result import CheckResult
from tests.studio.images.contract.containers import LocalContainer, said

JUPYTER_LAB = APPS[AppType.JUPYTER_LAB]
STATUS = "/jupyterlab/default/api/status"
NOTHING_LISTENS = said("")


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, status: int, body: Any = None) -> Iterator[int]:
    """A local server with the same response to every request."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "Content-Length" in self.headers:
                self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({} if body is None else body).encode())

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    port = listening.server_address[1]
    for module in (jupyter_client, starting):
        monkeypatch.setattr(module, "PORT", port)
    monkeypatch.setattr(starting, "_SETTLED_SECONDS", 0.1)
    monkeypatch.setattr(starting, "_POLL_SECONDS", 0.05)
    try:
        yield port
    finally:
        listening.shutdown()
        listening.server_close()


def test_a_result_is_one_line() -> None:
    failed = CheckResult("kernel", False, "says:\n  <html>\n", "a spinner", "install\nipykernel")
    assert failed.line() == (
        "FAILED   kernel: says: <html>; Studio: a spinner; change: install ipykernel"
    )
    assert CheckResult("size", True, "1 MiB", "x", "y").line() == "ok       size: 1 MiB"
    assert CheckResult("kernel", None, "not up").line() == "unproven kernel: not up"


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
        listens = f"0: 0100007F:{port:04X} 00000000:0000 0A\n"
        result = starting.health(LocalContainer(cat=said(listens)), JUPYTER_LAB, seconds=20)
    assert result.passed is False
    assert "127.0.0.1 only" in result.found


def test_a_server_that_ended_is_reported_with_its_last_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    logs = "starting\nModuleNotFoundError: jupyterlab\nsubprocess exited with status 1\n"
    result = starting.health(LocalContainer(alive=False, logs=logs), JUPYTER_LAB, seconds=20)
    assert result.passed is False
    assert result.found.endswith("ModuleNotFoundError: jupyterlab")


def test_a_request_without_a_server_leaves_no_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_client, "PORT", 1)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    assert Server(LocalContainer(), "").get(STATUS) is None
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_refused_kernel_has_jupyters_message(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, 500, {"message": "No such kernel named python3"}):
        asked = Server(LocalContainer(), "/jupyterlab/default")
        with pytest.raises(Refused, match="500 No such kernel named python3"):
            asked.run_cell("1")


@pytest.mark.parametrize("body", [[], {}, "x", {"id": 1, "name": 1}])
def test_a_response_of_another_server_is_one_line(
    monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    with answering(monkeypatch, 201, body):
        asked = Server(LocalContainer(), "/jupyterlab/default")
        for result in (kernels.kernel(asked), kernels.terminal(asked)):
            assert result.passed is False
            assert json.dumps(body) in result.found


def test_a_malformed_message_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        def send(self, _: str) -> None:
            pass

        def recv(self) -> str:
            return next(messages)

    monkeypatch.setattr(websocket, "create_connection", lambda *_, **__: Stream())
    monkeypatch.setattr(Server, "_created", lambda *_: "1")
    for asked, message in (
        (kernels.kernel, "[]"),
        (kernels.kernel, "no JSON"),
        (kernels.terminal, '{"a": 1}'),
        (kernels.terminal, '["stdout"]'),
    ):
        messages = iter([message])
        result = asked(Server(LocalContainer(), "/b"))
        assert result.passed is False
        assert result.found.endswith(": a message that is not Jupyter's")


def test_a_stream_ends_with_the_response(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_client, "_ANSWER_SECONDS", 10)
    # With `wait -n` in the relay, one in a hundred of many parallel responses did not end.
    monkeypatch.setattr(http.server.ThreadingHTTPServer, "request_queue_size", 64)
    with answering(monkeypatch, 200, "x"), ThreadPoolExecutor(16) as pool:
        asked = Server(LocalContainer(), "")
        answers = pool.map(asked.get, [STATUS] * 150)
        assert list(answers) == [jupyter_client.Answer(200, '"x"')] * 150
