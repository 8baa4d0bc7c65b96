"""A connection that breaks in the middle of an upload, as those of long uploads do."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

from studio_emulator.registry.wire import Request


def is_piece(environ: dict[str, Any]) -> bool:
    """Whether a request brings bytes of a blob, or ends the blob's upload."""
    return (
        environ["REQUEST_METHOD"] in ("PATCH", "PUT") and "/blobs/uploads/" in environ["PATH_INFO"]
    )


def break_off(environ: dict[str, Any]) -> NoReturn:
    """Raise what makes the server close the connection without an answer."""
    # Read first, or the client sees now this and now that error.
    Request(environ).drain()
    raise ConnectionResetError(errno.ECONNRESET, "broken off as asked")
