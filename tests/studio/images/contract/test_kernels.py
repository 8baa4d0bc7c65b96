"""Checks of kernels and terminals report an unexpected response in one line."""

import itertools
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import websocket

from studio.images.contract import jupyter_client, kernels
from studio.images.contract.jupyter_client import Server
from studio.images.contract.result import CheckResult
from tests.studio.images.contract.containers import LocalContainer


@pytest.mark.parametrize("body", ["[]", "{}", '"x"', '{"id": 1, "name": 1}'])
def test_a_response_of_another_server_is_one_line(answer: Callable[..., int], body: str) -> None:
    answer(201, body)
    asked = Server(LocalContainer(), "/jupyterlab/default")
    for result in (kernels.kernel(asked), kernels.terminal(asked)):
        assert result.passed is False
        assert body in result.found


Received = Callable[[Iterable[str]], Server]


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Received:
    """A server whose kernel or terminal sends messages."""

    def serve(messages: Iterable[str]) -> Server:
        stream = MagicMock()
        stream.recv.side_effect = messages
        monkeypatch.setattr(websocket, "create_connection", lambda *_, **__: stream)
        monkeypatch.setattr(Server, "_created", lambda *_: "1")
        return Server(LocalContainer(), "/b")

    return serve


def test_a_malformed_message_is_one_line(received: Received) -> None:
    for asked, message in (
        (kernels.kernel, "[]"),
        (kernels.kernel, "no JSON"),
        (kernels.terminal, '{"a": 1}'),
        (kernels.terminal, '["stdout"]'),
    ):
        result = asked(received([message]))
        assert result.passed is False
        assert result.found.endswith(": a message that is not Jupyter's")


@pytest.mark.parametrize(
    ("asked", "message", "found", "ended"),
    [
        (kernels.kernel, "{}", "the kernel did not answer within 120 seconds", 130),
        (kernels.terminal, '["stdout", "$"]', "it shows '$$$'", 40),
    ],
)
def test_a_kernel_has_two_minutes_and_a_terminal_half_a_minute(
    received: Received,
    monkeypatch: pytest.MonkeyPatch,
    asked: Callable[[Server], CheckResult],
    message: str,
    found: str,
    ended: int,
) -> None:
    seconds = itertools.count(step=10)
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr(jupyter_client, "time", clock)
    result = asked(received(itertools.repeat(message)))
    assert (result.passed, result.found) == (False, found)
    assert next(seconds) == ended + 10
