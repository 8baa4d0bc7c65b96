"""Breaks the connections of uploads, for the option `break_uploads`."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

from studio_emulator.registry.wire import Request


def is_upload(environ: dict[str, Any]) -> bool:
    """Whether a request uploads bytes of a blob or completes an upload."""
    return (
        environ["REQUEST_METHOD"] in ("PATCH", "PUT") and "/blobs/uploads/" in environ["PATH_INFO"]
    )


def break_upload(environ: dict[str, Any]) -> NoReturn:
    """Raise the error on which the server closes the connection without an answer."""
    # With an unread body, the client's error varies.
    Request(environ).drain()
    raise ConnectionResetError(errno.ECONNRESET, "connection broken by the option break_uploads")
