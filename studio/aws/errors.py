"""Maps what botocore raises to AwsError; nothing else in the project catches botocore's errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError

from settings import UserError

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and the codes that S3, EC2
# and STS have for the same.
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})
_SKEWED_S3, _EXPIRED_OR_SKEWED = "RequestTimeTooSkewed", "RequestExpired"
_SKEWED = ("Signature expired", "Signature not yet current")
"""How messages begin where the clocks differ, under codes that stand for other reasons too."""
_UNKNOWN = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "NotAuthorized",
        "403",
    }
)
_SOURCE = "set AWS_PROFILE or another source of credentials that boto3 knows"
_NETWORK = "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL"


class AwsError(UserError):
    """A call of AWS failed.

    code: AWS's error code, empty where AWS did not answer. response: AWS's whole answer, as
    ClientError has it.
    """

    def __init__(self, message: str, *, response: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"AWS: {message}")
        self.response: Mapping[str, Any] = response or {}
        self.code = str(self.response.get("Error", {}).get("Code", ""))

    @property
    def denied(self) -> bool:
        """Whether a policy does not allow the call."""
        return self.code in _DENIED


class CredentialsError(AwsError):
    """There are no credentials, or AWS does not accept them."""


class SignInExpired(CredentialsError):
    """The session of IAM Identity Center (``aws sso login``) has expired, or never began."""


class ConnectionFailed(AwsError):
    """AWS did not answer."""


@contextmanager
def aws_errors() -> Iterator[None]:
    """Raise AwsError for what botocore raises."""
    try:
        yield
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise _mapped(error) from error


@contextmanager
def credential_errors() -> Iterator[None]:
    """Raise AwsError also for what a source of credentials raises that is not botocore's own.

    For calls of botocore alone. RuntimeError: the source's credentials have expired. EOFError:
    nobody types the MFA code. OSError, ValueError: ``credential_process`` does not start, prints no
    JSON, or an endpoint is no URL.
    """
    try:
        with aws_errors():
            yield
    except (RuntimeError, EOFError, OSError, ValueError) as error:
        match error:
            case RuntimeError() if "expired" in str(error):
                said = (
                    "the credentials have expired, and their source has no newer ones: renew them"
                )
            case EOFError():
                said = "the profile wants an MFA code, and nobody can type one here"
            case json.JSONDecodeError():
                said = f"the profile's credential_process prints no JSON: {error}"
            case FileNotFoundError():
                said = f"the profile's credential_process does not start: {error}"
            case _:
                raise AwsError(str(error)) from error
        raise CredentialsError(said) from error


@contextmanager
def ignoring(*codes: str) -> Iterator[None]:
    """Leave the block without an error where AWS answers one of these codes."""
    try:
        yield
    except AwsError as error:
        if error.code not in codes:
            raise


def _mapped(error: Exception) -> AwsError:
    match error:
        case ClientError():
            code, text = str(error.response["Error"].get("Code", "")), str(error)
            reason = str(error.response["Error"].get("Message", ""))
            if code == _SKEWED_S3 or reason.startswith(_SKEWED):
                text = f"this machine's clock is not AWS's ({code}: {reason}): set the clock"
                return CredentialsError(text, response=error.response)
            if code == _EXPIRED_OR_SKEWED:
                text = (
                    f"the credentials have expired, or this machine's clock is wrong ({code}): "
                    "renew them, or set the clock"
                )
                return CredentialsError(text, response=error.response)
            if code in _EXPIRED:
                text = f"the credentials have expired ({code}): renew them"
                return CredentialsError(text, response=error.response)
            if code in _UNKNOWN:
                text = f"the credentials are not valid ({code}): {text}; {_SOURCE}"
                return CredentialsError(text, response=error.response)
            return AwsError(text, response=error.response)
        case NoCredentialsError() | PartialCredentialsError():
            return CredentialsError(f"{error}: {_SOURCE}")
        case SSOError() | TokenRetrievalError():
            return SignInExpired(f"the sign-in has expired ({error}): run `aws sso login`")
        case ProfileNotFound() | CredentialRetrievalError():
            return CredentialsError(str(error))
        case EndpointConnectionError():
            return ConnectionFailed(f"{error} ({_reason(error)}): {_NETWORK}")
        case NoConnection() | HTTPClientError():
            return ConnectionFailed(f"{error}: {_NETWORK}")
        case ResponseParserError():
            return ConnectionFailed(
                "the answer is not AWS's: is a proxy in between, or AWS_ENDPOINT_URL wrong?"
            )
    return AwsError(str(error))


def _reason(error: BotoCoreError) -> str:
    """What the system said: no route, connection refused, unknown host."""
    # urllib3 writes "<the connection>: Failed to establish a new connection: [Errno 111] ...".
    return str(error.kwargs.get("error", "no answer")).rpartition(">: ")[2]
