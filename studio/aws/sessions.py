"""Starts ssh's sessions of Session Manager, and waits for an app that does not accept one yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ConnectionFailed, CredentialsError, SignInExpired
from studio.aws.waiting import moments
from studio.console.reports import Report

_NOT_RUNNING = frozenset({"TargetNotConnected", "ResourceNotFound", "ValidationException"})

NEVER, NOT_YET = "studio: no session: ", "studio: no session yet: "
"""Prefixes of the proxy's error line: NOT_YET if a retry may help, else NEVER."""

REGISTRATION_SECONDS = 90.0
"""An app may be InService before its node registers with Systems Manager. AWS's client retries as
long (aws-toolkit-vscode, packages/core/src/awsService/sagemaker)."""


class NotYet(UserError):
    """AWS refuses the session for now; a retry may help."""


class NotRegistered(NotYet):
    """The service returns a server error, as SageMaker does until an app's node has registered."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """The request and response of StartSession. service: sagemaker or ssm."""

    service: str
    region: str
    profile: str | None
    endpoint: str
    request: Mapping[str, Any]
    answer: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.answer["SessionId"]

    def plugin_arguments(self, answer: str) -> list[str]:
        """The arguments of session-manager-plugin. answer: the response, or its variable's name.

        Of a space: sagemaker/latest/dg/remote-access-local-ide-setup.html. Of a node: those of the
        AWS CLI, with which the plugin can resume the session.
        """
        words = [answer, self.region, "StartSession"]
        if self.service == "sagemaker":
            return words
        return [*words, self.profile or "", json.dumps(self.request), self.endpoint]


def wait_for_session(aws: Aws, target: str, *, user: str, report: Report) -> Session:
    """``start_session``, after the target's node has registered. Raises UserError as it does."""
    reported = False
    for passed in moments(REGISTRATION_SECONDS):
        try:
            return start_session(aws, target, user=user)
        except NotRegistered as error:
            if passed >= REGISTRATION_SECONDS:
                raise UserError(
                    f"the app of {user} has not registered for {passed:.0f} s ({error}); "
                    f"run `studio connect {user}`"
                ) from None
            if not reported:
                report("studio: waiting for the app to register with Systems Manager")
                reported = True
    raise AssertionError("the last moment raises")


def start_session(aws: Aws, target: str, *, user: str) -> Session:
    """Start a session to a space (its ARN) or to port 22 of a managed node (its id).

    Raises UserError, which names the command to run; NotYet if a retry may help.
    """
    service, request = _request(target)
    try:
        client, profile = aws.client(service), aws.profile
        answer = client.start_session(**request)
    except AwsError as error:
        raise _kind(error)(_explained(error, user, aws)) from None
    return Session(
        service=service,
        region=aws.region,
        profile=profile,
        endpoint=client.meta.endpoint_url,
        request=request,
        answer={name: answer[name] for name in ("SessionId", "TokenValue", "StreamUrl")},
    )


def _request(target: str) -> tuple[str, dict[str, Any]]:
    if not target.startswith("mi-"):
        return "sagemaker", {"ResourceIdentifier": target}
    document = {"DocumentName": "AWS-StartSSHSession", "Parameters": {"portNumber": ["22"]}}
    return "ssm", {"Target": target, **document}


def _kind(error: AwsError) -> type[UserError]:
    """NotYet unless credentials or permissions are missing."""
    if isinstance(error, CredentialsError) or error.denied:
        return UserError
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotRegistered
    return NotYet if error.code or isinstance(error, ConnectionFailed) else UserError


def _explained(error: AwsError, user: str, aws: Aws) -> str:
    again = f"`studio connect {user}`"
    if error.code in _NOT_RUNNING:
        message = error.response["Error"].get("Message", error.code)
        return f"the app of {user} cannot be reached ({message}): run {again}"
    if isinstance(error, SignInExpired):
        profile = f" --profile {aws.profile}" if aws.profile else ""
        return f"AWS: the sign-in has expired: run `aws sso login{profile}`; then run {again}"
    if isinstance(error, CredentialsError):
        return f"{error}; then run {again}"
    return str(error)
