"""A local HTTP server in place of the server in a container."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from studio.images.contract import jupyter_client, starting


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
