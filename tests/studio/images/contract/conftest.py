"""A local HTTP server in place of the server in a container."""

import http.server
from collections.abc import Callable

import pytest

from studio.images.contract import jupyter_client, starting
from tests.studio.hostile import Answering


@pytest.fixture
def answer(
    server: http.server.ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """Sets the response to every request; returns the server's port."""
    port = server.server_address[1]
    for module in (jupyter_client, starting):
        monkeypatch.setattr(module, "PORT", port)
    monkeypatch.setattr(starting, "_LISTENING_SECONDS", 0.1)
    monkeypatch.setattr(starting, "_POLL_SECONDS", 0.05)

    def respond(status: int, body: str = "{}") -> int:
        monkeypatch.setattr(Answering, "status", status)
        monkeypatch.setattr(Answering, "content", body.encode())
        return port

    return respond
