"""HTTP of the registry: the largest manifest; uploads that the option `break_uploads` breaks."""

import errno
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qs

from studio_emulator.errors import AwsError
from studio_emulator.registry.blobs import CHUNK


@dataclass(frozen=True)
class Answer:
    """A response: HTTP status line, headers and the body in pieces."""

    status: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Iterable[bytes] = ()


class Request:
    """The parts of a WSGI environ that the registry uses."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ["PATH_INFO"]
        self.authorization: str = environ.get("HTTP_AUTHORIZATION", "")
        self.content_type: str = environ.get("CONTENT_TYPE", "").partition(";")[0].strip()
        self.content_range: str = environ.get("HTTP_CONTENT_RANGE", "")
        self.host: str = environ.get("HTTP_HOST", "")
        query = parse_qs(environ.get("QUERY_STRING", ""))
        self._left = int(environ.get("CONTENT_LENGTH") or 0)
        self.query: dict[str, str] = {name: values[0] for name, values in query.items()}

    def body(self) -> Iterator[bytes]:
        """The unread part of the body in pieces; ends early if the client disconnects."""
        stream = self._environ["wsgi.input"]
        if self._environ.get("wsgi.input_terminated"):
            while piece := stream.read(CHUNK):
                yield piece
            return
        while self._left > 0 and (piece := stream.read(min(self._left, CHUNK))):
            self._left -= len(piece)
            yield piece

    def content(self, *, limit: int) -> bytes:
        """The whole body. Raises AwsError MANIFEST_INVALID for more than `limit` bytes."""
        parts: list[bytes] = []
        size = 0
        for piece in self.body():
            size += len(piece)
            if size > limit:
                raise AwsError("MANIFEST_INVALID", f"manifest is larger than {limit} bytes")
            parts.append(piece)
        return b"".join(parts)

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


def empty(status: str, **headers: str) -> Answer:
    """A response without a body; header names have _ instead of -."""
    return Answer(status, {"Content-Length": "0", **_named(headers)})


def document(value: Any, **headers: str) -> Answer:
    """A JSON response with status 200."""
    return Answer("200 OK", *_json(value, headers))


def error(code: str, message: str, status: str) -> Answer:
    """An error in the form of the OCI distribution specification, "Error Codes"."""
    return Answer(status, *_json({"errors": [{"code": code, "message": message}]}, {}))


def _json(value: Any, headers: dict[str, str]) -> tuple[dict[str, str], list[bytes]]:
    body = json.dumps(value).encode()
    length = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
    return {**length, **_named(headers)}, [body]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
