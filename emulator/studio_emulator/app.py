"""The WSGI application: runs the operation of a request; the emulator's own failures are 400."""

import errno
import math
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from http.client import responses
from typing import Any, Never

from studio_emulator import (
    admin,
    authorization,
    dry_run,
    idempotency,
    model,
    moto_lists,
    page_tokens,
    protocol,
    registry,
    service_errors,
    services,
    state,
    studio,
)
from studio_emulator.call import Answer, Call
from studio_emulator.clock import Clock
from studio_emulator.errors import AwsError
from studio_emulator.faults import Fault, Faults
from studio_emulator.iam import callers
from studio_emulator.lock import LOCK
from studio_emulator.moto_internals import (
    BackendRequest,
    JsonRESTError,
    ServiceException,
    get_backend,
    get_service_model,
)
from studio_emulator.moto_internals.client import Moto, NotInMoto
from studio_emulator.options import Options
from studio_emulator.protocol import Operation
from studio_emulator.registry import scan
from studio_emulator.registry.tokens import Grant
from studio_emulator.retries import RetriedRequests
from studio_emulator.services import efs, lifecycle_policies, sts
from studio_emulator.wsgi import Environ, Reply, Scope, append_to_form, read_body, scope_of

_ARRIVED = "emulator.arrived"
_UNSIGNED = re.compile(rb"\bAction=AssumeRoleWith")
"""The STS requests that clients do not sign."""


class Application:
    """The WSGI application of one emulator; the server sets `endpoint_url` and `channel_url`."""

    def __init__(self, *, options: Options) -> None:
        self.options = options
        self.clock = Clock(options)
        self.faults = Faults()
        self.endpoint_url = ""
        self.channel_url = ""
        self.die: Callable[[float], Never] | None = None
        self._down_until = 0.0
        self._moto = Moto()
        self._retries = RetriedRequests()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.clock.now() < self._down_until:
            raise ConnectionResetError(errno.ECONNRESET, "fault: down")
        path = environ.get("PATH_INFO", "")
        scope = scope_of(environ)
        if scope is None and (path == "/v2" or path.startswith("/v2/")):
            if self._breaks(environ):
                registry.break_upload(environ)
            return registry.application(environ, start_response, self._authorize_registry)
        read_body(environ)
        environ[_ARRIVED] = self.clock.now()
        with LOCK:
            if path.startswith("/_emulator/"):
                reply = admin.reply(environ, self.options, self.faults)
            else:
                reply = self._with_faults(environ, scope)
        start_response(f"{reply.status} {responses.get(reply.status, '')}", list(reply.headers))
        return [reply.body]

    def _with_faults(self, environ: Environ, scope: Scope | None) -> Reply:
        """The reply; ConnectionError if a fault closes the connection."""
        service = protocol.SERVICES.get(scope.service) if scope else None
        fault = self._fault(environ, service) if service and self.faults.pending else None
        if fault is None:
            reply = self._retries.answer(environ) or self._aws(environ, scope)
            self._retries.keep(environ, reply)
            return reply
        assert service is not None
        model = get_service_model(service)
        if fault.kind in ("throttle", "error"):
            return protocol.write_error(model, service_errors.error_of(model, fault.kind))
        if fault.kind == "lose":
            # The reply is not stored: a retry runs the operation again, as on AWS.
            self._aws(environ, scope)
        elif fault.kind == "down":
            self._down_until = self.clock.now() + fault.seconds
        elif fault.kind == "die":
            assert self.die is not None
            self.die(fault.seconds)
        raise ConnectionResetError(errno.ECONNRESET, f"fault: {fault.kind}")

    def _fault(self, environ: Environ, service: str) -> Fault | None:
        try:
            operation = protocol.find_operation(service, BackendRequest(dict(environ)))
        except AwsError:
            return None
        finally:
            environ["wsgi.input"].seek(0)
        return self.faults.next(service, operation.name)

    def _breaks(self, environ: Environ) -> bool:
        """Whether the option `break_uploads` breaks this request."""
        with LOCK:
            breaks = self.options.break_uploads > 0 and registry.is_upload(environ)
            self.options.break_uploads -= breaks
        return breaks

    def _aws(self, environ: Environ, scope: Scope | None) -> Reply:
        service = protocol.SERVICES.get(scope.service) if scope else None
        if scope is None or service is None:
            return self._unmodelled(environ)
        try:
            studio.settle()
            efs.settle()
            lifecycle_policies.settle(self.clock)
            return self._operation(environ, scope, service)
        except AwsError as error:
            answer = error
        except ServiceException as error:
            answer = AwsError(error.code, error.message)
        except JsonRESTError as error:
            answer = AwsError(error.error_type, error.message, error.code)
        except Exception as bug:
            answer = _bug(bug)
        return protocol.write_error(get_service_model(service), answer)

    def _operation(self, environ: Environ, scope: Scope, service: str) -> Reply:
        request = BackendRequest(dict(environ))
        operation = protocol.find_operation(service, request)
        service_model = operation.model.service_model
        if not services.implements(service, operation.name):
            raise service_errors.unknown_operation(service_model, operation.name)
        account = callers.account_of(scope.access_key)
        if scope.region not in get_backend("ec2")[account].regions:
            raise service_errors.error_of(service_model, "unknown region")
        call = self._call(account, scope.region, scope.access_key, arrived=environ[_ARRIVED])
        if callers.is_refused(scope.access_key, service, account=account, partition=call.partition):
            raise service_errors.error_of(service_model, "invalid key")
        if callers.has_expired(
            scope.access_key,
            self.options.expired_keys,
            account=account,
            partition=call.partition,
            now=self.clock.now(),
        ):
            raise service_errors.error_of(service_model, "expired key")
        state.use(call.account, call.region)
        scan.follow(self.options)
        params = _parameters(operation, request)
        if service == "ec2" and params.get("DryRun"):
            return dry_run.run(lambda real: self._aws(real, scope), environ)
        authorization.check(operation, params, call)
        reply = idempotency.first_reply(operation, params, call)
        if reply is not None:
            return reply
        asked = page_tokens.replace_token(operation, params)
        services.check(service, operation.name, asked, call)
        answer = services.run(service, operation.name, asked, call)
        if answer is None:
            reply = self._by_moto(environ, operation, request, asked, call)
        else:
            reply = _written(operation, page_tokens.issue_token(operation, params, answer))
        return idempotency.keep(operation, params, call, reply)

    def _by_moto(
        self,
        environ: Environ,
        operation: Operation,
        request: BackendRequest,
        params: dict[str, Any],
        call: Call,
    ) -> Reply:
        service = operation.service
        defaults = services.function_of(service, operation.name, "defaults_of_")
        if defaults is not None:
            append_to_form(environ, defaults(params, call))
            request = BackendRequest(dict(environ))
        send = self._moto.sender(operation.service, operation.protocol, request, environ)
        try:
            reply = moto_lists.reply(operation, params, environ, send)
        except NotInMoto as missing:
            service_model = operation.model.service_model
            raise service_errors.unknown_operation(service_model, operation.name) from missing
        amendment = services.function_of(service, operation.name, "amend_")
        if amendment is None or reply.status >= 300:
            return reply
        answer = protocol.read_response(operation, reply)
        return protocol.write_response(operation, amendment(params, call, answer))

    def _call(
        self, account: str, region: str, access_key: str, *, arrived: float = math.inf
    ) -> Call:
        return Call(
            account=account,
            region=region,
            clock=self.clock,
            options=self.options,
            endpoint_url=self.endpoint_url,
            channel_url=self.channel_url,
            access_key=access_key,
            arrived=arrived,
            refusal=authorization.refusal,
        )

    def _authorize_registry(self, grant: Grant, action: str, repository: str) -> None:
        call = self._call(grant.account, grant.region, grant.access_key)
        with LOCK:
            authorization.check_registry(grant, action, repository, call)

    def _unmodelled(self, environ: Environ) -> Reply:
        """Moto's reply to an unsigned request or one for another service, or AWS's error."""
        query = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form")
        like = get_service_model("sts" if query else "ssm")
        if query and _UNSIGNED.search(environ["wsgi.input"].getvalue()):
            return protocol.write_error(like, sts.unverified_token())
        try:
            if self._moto.find_service(environ) == "s3":
                denied = AwsError("AccessDenied", "Access Denied", 403)
                return protocol.write_error(get_service_model("s3"), denied)
            return self._moto.send(environ)
        except NotInMoto as missing:
            return protocol.write_error(like, missing)
        except Exception as bug:
            return protocol.write_error(like, _bug(bug))


def _parameters(operation: Operation, request: BackendRequest) -> dict[str, Any]:
    """The request's parameters, validated against the model."""
    if operation.protocol == "json":
        sent = protocol.raw_parameters(request)
        model.validate_request(operation.service, operation.model, sent)
        return protocol.parameters(operation, request)
    params = protocol.parameters(operation, request)
    model.validate_request(operation.service, operation.model, params)
    return params


def _written(operation: Operation, answer: Answer) -> Reply:
    problems = model.validate_response(operation.model, answer)
    if problems:
        # Not AWS's 500: clients would retry the request for minutes.
        message = f"emulator bug: {operation.name} answered {'; '.join(problems)}"
        raise AwsError("InternalFailure", message)
    return protocol.write_response(operation, answer)


def _bug(error: Exception) -> AwsError:
    traceback.print_exc(file=sys.stderr)
    return AwsError("EmulatorError", f"{type(error).__name__}: {error}")
