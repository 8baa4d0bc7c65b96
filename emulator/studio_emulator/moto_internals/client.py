"""Sends requests to moto in this process."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from botocore.exceptions import ClientError
from flask import Response
from moto import backends
from moto.core import responses
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.exceptions import HTTPException

from studio_emulator.errors import AwsError
from studio_emulator.wsgi import Environ, Reply

Headers = list[tuple[str, str]]
_NOT_IMPLEMENTED = re.compile(r"The \S+ action has not been implemented")


class NotInMoto(AwsError):
    """Moto has no such service or operation."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__("UnknownOperationException", message, status)


class _Server(DomainDispatcherApplication):  # type: ignore[misc]
    """Finds the service of a host once: moto searches its folders per request."""

    def __init__(self, create_app: Callable[[Any], Any]) -> None:
        super().__init__(create_app)
        self._services: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._services:
            self._services[host] = super().get_backend_for_host(host)
        return self._services[host]


class Moto:
    """Moto's server, as a function."""

    def __init__(self) -> None:
        self._server = _Server(create_backend_app)
        self._handlers: dict[str, Any] = {}

    def find_service(self, environ: Environ) -> str:
        """Moto's name of the service for the request; NotInMoto if there is none."""
        environ["wsgi.input"].seek(0)
        try:
            return str(self._server.get_application(environ).service)
        except Exception as unknown:
            raise NotInMoto(str(unknown)) from unknown

    def send(self, environ: Environ) -> Reply:
        """Moto's reply; NotInMoto if moto has no such operation."""
        environ["wsgi.input"].seek(0)
        application = self._server.get_application(environ)
        started: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, *_: Any) -> None:
            started.append((status, headers))

        with _missing_operations():
            body = b"".join(application(environ, start_response))
        return _reply(*started[-1], body)

    def sender(
        self, service: str, protocol: str, request: BackendRequest, sent: Environ
    ) -> Callable[[Environ], Reply]:
        """Sends requests for an operation of the service; `request` is parsed from `sent`."""

        def send(environ: Environ) -> Reply:
            if protocol.startswith("rest") or environ["PATH_INFO"] != "/":
                return self.send(environ)
            as_sent = environ is sent and request.content_encoding is None
            environ["wsgi.input"].seek(0)
            return self._dispatch(service, request if as_sent else BackendRequest(dict(environ)))

        return send

    def _dispatch(self, service: str, request: BackendRequest) -> Reply:
        """Moto's reply to a request at the path `/`, without Flask, which parses it once more."""
        if service not in self._handlers:
            self._handlers[service] = self._handler_for(request)
        try:
            with _missing_operations():
                answer = self._handlers[service](request, request.raw_url, dict(request.headers))
            status, headers, content = answer if len(answer) == 3 else (200, {}, answer)
            response = Response(response=content, status=status, headers=headers)
        except ClientError as error:
            response = Response(response=error.response["Error"]["Message"], status=400)
        except HTTPException as error:
            response = error.get_response(request.environ)
        body, status, headers = response.get_wsgi_response(request.environ)
        return _reply(status, headers, b"".join(body))

    def _handler_for(self, request: BackendRequest) -> Any:
        application = self._server.get_application(request.environ)
        routes = application.url_map.bind("")
        endpoint, _ = routes.match("/", method=request.method)
        return application.view_functions[endpoint].callback


@contextmanager
def _missing_operations() -> Iterator[None]:
    try:
        yield
    except NotImplementedError as missing:
        if _NOT_IMPLEMENTED.search(str(missing)):
            raise NotInMoto(str(missing)) from missing
        raise


# Find the handlers and backends of a service once: moto does per request.
backends._import_backend = cache(backends._import_backend)
responses.method_names_from_class = cache(responses.method_names_from_class)
responses.camelcase_to_underscores = lru_cache(4096)(responses.camelcase_to_underscores)


def _reply(status: str, headers: Headers, body: bytes) -> Reply:
    """Moto's reply; RuntimeError for a 5xx, which clients retry for minutes."""
    code = int(status.split()[0])
    if code >= 500:
        raise RuntimeError(f"moto answered {status}: {body[:500].decode(errors='replace')}")
    reply = Reply(status=code, headers=tuple(headers), body=body)
    if _has_no_route(reply):
        raise NotInMoto("", 404)
    return reply


def _has_no_route(reply: Reply) -> bool:
    """Whether Flask, not one of moto's services, returned 404 or 405."""
    kinds = [value for name, value in reply.headers if name.lower() == "content-type"]
    return (
        reply.status in (404, 405)
        and kinds[:1] == ["text/html; charset=utf-8"]
        and (
            b"<title>404 Not Found</title>" in reply.body
            or b"<title>405 Method Not Allowed</title>" in reply.body
        )
    )
