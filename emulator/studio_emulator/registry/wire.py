"""HTTP of the registry: the largest manifest; uploads that the option `break_uploads` breaks."""

import errno
import json
from collections.abc import Iterator
from functools import partial
from typing import Any, NoReturn

from werkzeug import wrappers

from studio_emulator.errors import AwsError
from studio_emulator.registry.blobs import CHUNK


class Request(wrappers.Request):  # type: ignore[misc]
    """A request whose body can be larger than the memory."""

    def body(self) -> Iterator[bytes]:
        """The unread part of the body in pieces; ends early if the client disconnects."""
        return iter(partial(self.environ["wsgi.input"].read, CHUNK), b"")

    def content(self, *, limit: int) -> bytes:
        """The whole body. Raises AwsError MANIFEST_INVALID for more than `limit` bytes."""
        content = b""
        for piece in self.body():
            content += piece
            if len(content) > limit:
                raise AwsError("MANIFEST_INVALID", f"manifest is larger than {limit} bytes")
        return content

    def drain(self) -> None:
        """Read the rest of the body; a client that is still sending then reads the response."""
        try:
            for _ in self.body():
                pass
        except OSError:
            return


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


def empty(status: int, **headers: str) -> wrappers.Response:
    """A response without a body; header names have _ instead of -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return wrappers.Response(status=status, headers=named)


def document(value: Any, status: int = 200) -> wrappers.Response:
    """A JSON response."""
    kind = "application/json; charset=utf-8"
    return wrappers.Response(json.dumps(value), status, content_type=kind)
