"""Sessions of Systems Manager: SageMaker's own to a space, or one to a managed node's sshd."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from settings import UserError
from studio.aws.session import ASKING_FAILS, explained, session

# A person waits, and ssh with them.
_CONFIG = Config(connect_timeout=10, read_timeout=30, retries={"total_max_attempts": 3})
_REFUSED = re.compile(r"Expired|InvalidClientTokenId|UnrecognizedClient|InvalidToken")
_DENIED = re.compile(r"AccessDenied|Unauthorized")
_NOT_RUNNING = frozenset({"TargetNotConnected", "ResourceNotFound", "ValidationException"})

NEVER, NOT_YET = "studio: no session: ", "studio: no session yet: "
"""How a refusal begins on the proxy's standard error: one that stays, one that may pass."""


class NotYet(UserError):
    """There is no session now, and may be one a moment later."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """What StartSession of a service, sagemaker or ssm, was asked and answered."""

    service: str
    region: str
    endpoint: str
    request: Mapping[str, Any]
    answer: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.answer["SessionId"]

    def plugin_arguments(self) -> list[str]:
        """The arguments that hand the session to session-manager-plugin.

        Short for a space (sagemaker/latest/dg/remote-access-local-ide-setup.html); for a node as
        the AWS CLI calls it, with what the plugin needs to resume the session.
        """
        words = [json.dumps(self.answer), self.region, "StartSession"]
        if self.service == "sagemaker":
            return words
        profile = os.environ.get("AWS_PROFILE", "")
        return [*words, profile, json.dumps(self.request), self.endpoint]


def start(target: str, *, region: str, user: str) -> Session:
    """A session to a space (its ARN) or to port 22 of a managed node (its id).

    Raises UserError, which names the command to run: NotYet where asking again may help.
    """
    service, request = _request(target)
    try:
        asking = session()
        if not _somebody_types():
            # It would take what ssh sends to the server for a typed code.
            asking._session.get_component("credential_provider").get_provider(
                "assume-role"
            )._prompter = _nobody_types
        client = asking.client(service, region_name=region, config=_CONFIG)
        answer = client.start_session(**request)
    except ASKING_FAILS as error:
        kind = NotYet if _passes(error) else UserError
        raise kind(_explained(error, user)) from None
    return Session(
        service=service,
        region=region,
        endpoint=client.meta.endpoint_url,
        request=request,
        answer={name: answer[name] for name in ("SessionId", "TokenValue", "StreamUrl")},
    )


def _request(target: str) -> tuple[str, dict[str, Any]]:
    if not target.startswith("mi-"):
        return "sagemaker", {"ResourceIdentifier": target}
    document = {"DocumentName": "AWS-StartSSHSession", "Parameters": {"portNumber": ["22"]}}
    return "ssm", {"Target": target, **document}


def _somebody_types() -> bool:
    """Whether there is a terminal beside standard input, which is ssh's."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _nobody_types(_prompt: str) -> str:
    raise EOFError


def _passes(error: Exception) -> bool:
    """Whether it is neither the person's credentials nor their rights that are missing."""
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        return not (_REFUSED.search(code) or _DENIED.search(code))
    return isinstance(error, ConnectionError | HTTPClientError)


def _explained(error: Exception, user: str) -> str:
    again = f"`studio connect {user}`"
    if isinstance(error, NoCredentialsError):
        return f"there are no AWS credentials here: set AWS_PROFILE, then run {again}"
    if isinstance(error, SSOError | TokenRetrievalError):
        profile = os.environ.get("AWS_PROFILE")
        login = f"aws sso login{f' --profile {profile}' if profile else ''}"
        return f"the sign-in to AWS has expired: run `{login}`, then connect again"
    if isinstance(error, ClientError):
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if _REFUSED.search(code):
            return f"AWS does not take the credentials ({code}): renew them, then run {again}"
        if code in _NOT_RUNNING:
            return f"the app of {user} cannot be reached ({message}): run {again}"
    if isinstance(error, RuntimeError | EOFError):
        return f"{explained(error)}, then run {again}"
    return f"AWS: {explained(error)}"
