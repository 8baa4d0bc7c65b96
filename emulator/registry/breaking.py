"""A connection that breaks in the middle of an upload, as those of long uploads do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import Any

from emulator.registry.wire import Request


def is_piece(environ: dict[str, Any]) -> bool:
    """Whether a request brings bytes of a blob, or ends the blob's upload."""
    return (
        environ["REQUEST_METHOD"] in ("PATCH", "PUT") and "/blobs/uploads/" in environ["PATH_INFO"]
    )


def break_off(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer nothing: the client sees the end of its connection."""
    # Read first, or the client sees now this and now that error.
    Request(environ).drain()
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    start_response("500 Broken", [])
    return ()
