"""Checks of kernels and terminals report an unexpected response in one line."""

from collections.abc import Callable

import pytest
import websocket

from studio.images.contract import kernels
from studio.images.contract.jupyter_client import Server
from tests.studio.images.contract.containers import LocalContainer


@pytest.mark.parametrize("body", ["[]", "{}", '"x"', '{"id": 1, "name": 1}'])
def test_a_response_of_another_server_is_one_line(answer: Callable[..., int], body: str) -> None:
    answer(201, body)
    asked = Server(LocalContainer(), "/jupyterlab/default")
    for result in (kernels.kernel(asked), kernels.terminal(asked)):
        assert result.passed is False
        assert body in result.found


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
