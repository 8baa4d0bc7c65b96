"""Breaks connections in the middle of an upload, for the option `break_uploads`."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

from studio_emulator.registry.wire import Request


def is_piece(environ: dict[str, Any]) -> bool:
    """Whether a request uploads bytes of a blob, or completes its upload."""
    return (
        environ["REQUEST_METHOD"] in ("PATCH", "PUT") and "/blobs/uploads/" in environ["PATH_INFO"]
    )


def break_off(environ: dict[str, Any]) -> NoReturn:
    """Raise the error that makes the server close the connection without an answer."""
    # Read first: otherwise the client's error varies.
    Request(environ).drain()
    raise ConnectionResetError(errno.ECONNRESET, "broken off as asked")
