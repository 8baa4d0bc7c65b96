"""Calls to the emulator in the process of the tests, without a connection.

A connection takes half of the processor time of a call. Faults, uploads in parts, sessions,
Terraform and other processes still use one.
"""

from __future__ import annotations

import sys
from email.utils import formatdate
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

import botocore.endpoint
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from studio_emulator.server import Emulator

over_http = botocore.endpoint.Endpoint._send


def send(endpoint: Any, request: AWSPreparedRequest) -> AWSResponse:
    """As ``Endpoint._send`` of botocore."""
    emulator = Emulator._running
    if (
        emulator is None
        or emulator.faults.pending
        or not request.url.startswith(f"{emulator.endpoint_url}/")
    ):
        return over_http(endpoint, request)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        started.append((status, headers))

    body = b"".join(emulator._application(_environ(request), start_response))
    [(status, headers)] = started
    if request.method == "HEAD":
        body = b""
    return AWSResponse(
        request.url,
        int(status.split()[0]),
        {
            "Content-Length": str(len(body)),
            "Date": formatdate(usegmt=True),
            **dict(headers),
        },
        _Body(body),
    )


class _Body(BytesIO):
    """What botocore reads of urllib3's response."""

    def stream(self, **_: object) -> list[bytes]:
        return [self.read()]


def _environ(request: AWSPreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    # EnvironBuilder of werkzeug takes four times as long.
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        # A server does not decode the slashes of a name.
        "PATH_INFO": "%2F".join(unquote(part, "latin-1") for part in url.path.split("%2F")),
        "QUERY_STRING": url.query,
        "RAW_URI": url.path + (f"?{url.query}" if url.query else ""),
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "REMOTE_ADDR": url.hostname,
        "HTTP_HOST": url.netloc,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    setup_testing_defaults(environ)
    return environ
