"""Moto's server, and the backends that hold its resources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from flask import Response
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.utils import method_names_from_class
from moto.ecr.models import ecr_backends
from moto.moto_server.werkzeug_app import (
    BackendRequest,
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.exceptions import HTTPException


class Moto(DomainDispatcherApplication):  # type: ignore[misc]
    """Moto's server; caches the service of each host, for which moto searches its folders.

    Operations that are all at the path `/` go to moto's class of their service, without Flask,
    which would read the request once more.
    """

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._backends: dict[str | None, Any] = {}
        self._classes: dict[str, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]

    def dispatch(
        self, service: str, request: BackendRequest
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body of moto's answer to a request at the path `/`."""
        if service not in self._classes:
            self._classes[service] = self._class_for(request)
        try:
            answer = self._classes[service](request, request.raw_url, dict(request.headers))
            status, headers, content = answer if len(answer) == 3 else (200, {}, answer)
            response = Response(response=content, status=status, headers=headers)
        except ClientError as error:
            response = Response(response=error.response["Error"]["Message"], status=400)
        except HTTPException as error:
            response = error.get_response(request.environ)
        body, status, headers = response.get_wsgi_response(request.environ)
        return status, headers, b"".join(body)

    def _class_for(self, request: BackendRequest) -> Any:
        application = self.get_application(request.environ)
        routes = application.url_map.bind("")
        endpoint, _ = routes.match("/", method=request.method)
        return application.view_functions[endpoint].callback


def backends_in_use(service: str = "") -> Iterator[tuple[str, Any]]:
    """(service, backend) of every account and region that has been used, of all services or one."""
    for backends in list(BackendDict._instances):
        if service in ("", backends.service_name):
            for _, _, backend in list(backends.iter_backends()):
                yield backends.service_name, backend


def forget_everything() -> None:
    """Empty all backends; `moto.server`'s own reset leaves some of them."""
    for _, s3 in backends_in_use("s3"):
        # Only the backend's own reset closes the temporary files of objects.
        s3.reset()
    for backends in BackendDict._instances:
        backends.clear()
    BackendDict._instances.clear()
    reset_model_data()


Held = list[tuple[Any, dict[str, Any]]]
"""Each service's table of backends in use, and what it holds, by account."""


def held_backends() -> Held:
    """All backends; a copy of them shares what `uncopied` yields."""
    return [(backends, dict(backends)) for backends in BackendDict._instances]


def hold_backends(held: Held) -> None:
    """Fill the empty tables of backends again."""
    for backends, accounts in held:
        backends.update(accounts)
        BackendDict._instances.append(backends)


def uncopied(held: Held) -> Iterator[object]:
    """The tables of backends, which moto's modules own, and the lock of ECR's backends."""
    for backends, accounts in held:
        yield backends
        if backends is ecr_backends:
            for regions in accounts.values():
                for ecr in regions.values():
                    yield ecr.registry_scanning_configuration_update_lock


def read_handlers_once() -> None:
    """List the methods that handle a service's operations once; moto does for each request."""
    responses.method_names_from_class = cache(method_names_from_class)
