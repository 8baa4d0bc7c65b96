"""Makes calls of boto3 faster in the process of the tests.

New clients share the models and methods of botocore. Calls to the emulator have a constant
signature, of which it reads only the scope, and need no connection, which takes half of their
processor time. Faults, uploads in parts, sessions, Terraform and other processes still use
connections.
"""

import sys
from email.utils import formatdate
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import ClientCreator
from botocore.endpoint import Endpoint
from botocore.hooks import EventAliaser
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.useragent import UserAgentString

_over_http = Endpoint._send


def share_models(patch: pytest.MonkeyPatch) -> None:
    """Read each model, create the methods of its clients, and find the name of an event, once."""
    read, create = ClientCreator._load_service_model, ClientCreator._create_methods
    models: dict[tuple[object, ...], ServiceModel] = {}
    methods: dict[ServiceModel, dict[str, Any]] = {}

    def model(creator: ClientCreator, *service: str) -> ServiceModel:
        key = (creator._loader, *service)
        if key not in models:
            models[key] = read(creator, *service)
        return models[key]

    def methods_of(creator: ClientCreator, model: ServiceModel) -> dict[str, Any]:
        if model not in methods:
            methods[model] = create(creator, model)
        return dict(methods[model])

    event_name = cache(EventAliaser(None)._alias_event_name)
    patch.setattr(EventAliaser, "_alias_event_name", lambda _, name: event_name(name))
    patch.setattr(botocore.session, "create_loader", cache(create_loader))
    patch.setattr(ClientCreator, "_load_service_model", model)
    patch.setattr(ClientCreator, "_create_methods", methods_of)


def call_directly(patch: pytest.MonkeyPatch) -> None:
    """Call the emulator of this process without a connection."""
    patch.setattr(Endpoint, "_send", _send)
    for part in ("headers_to_sign", "canonical_request", "string_to_sign"):
        patch.setattr(SigV4Auth, part, lambda *_: "")
    patch.setattr(SigV4Auth, "signature", lambda *_: "0" * 64)
    patch.setattr(UserAgentString, "to_string", lambda _: "tests")


def call_over_http(patch: pytest.MonkeyPatch) -> None:
    """Call the emulator through a connection, as other processes do."""
    patch.setattr(Endpoint, "_send", _over_http)


def _send(endpoint: Any, request: AWSPreparedRequest) -> AWSResponse:
    # The import takes seconds, and many tests do not need it.
    from studio_emulator.server import Emulator

    emulator = Emulator._running
    if (
        emulator is None
        or emulator.faults.pending
        or not request.url.startswith(f"{emulator.endpoint_url}/")
    ):
        return _over_http(endpoint, request)
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
    """The part of urllib3's response that botocore uses."""

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
