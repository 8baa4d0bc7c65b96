"""Sessions of Systems Manager: SageMaker's own to a space, or one to a managed node's sshd."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from settings import UserError

# A person waits, and ssh with them.
_CONFIG = Config(connect_timeout=10, read_timeout=30, retries={"total_max_attempts": 3})
_REFUSED = re.compile(r"Expired|InvalidClientTokenId|UnrecognizedClient|InvalidToken")
_NOT_RUNNING = frozenset({"TargetNotConnected", "ResourceNotFound", "ValidationException"})


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

    Raises UserError, which names the command to run.
    """
    service, request = _request(target)
    try:
        client = boto3.client(service, region_name=region, config=_CONFIG)
        answer = client.start_session(**request)
    except (BotoCoreError, ClientError) as error:
        raise UserError(_explained(error, user)) from None
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


def _explained(error: BotoCoreError | ClientError, user: str) -> str:
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
    return f"AWS gives no session: {error}"
