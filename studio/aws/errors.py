"""Maps botocore's errors (credentials, clock, network) to AwsError; nothing else catches them."""

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

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and the corresponding codes
# of S3, EC2 and STS.
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})
_SKEWED_S3, _EXPIRED_OR_SKEWED = "RequestTimeTooSkewed", "RequestExpired"
_SKEWED = ("Signature expired", "Signature not yet current")
"""Prefixes of messages about clock skew, under codes with other reasons too."""
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
DENIED = frozenset(
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
_CONFIGURED = "check the profile, its credential_process and AWS_ENDPOINT_URL"
_NETWORK = "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL"
NOT_FROM_AWS = "the response is not from AWS: check proxies and AWS_ENDPOINT_URL"


class AwsError(UserError):
    """A call of AWS failed.

    code: AWS's error code; "" without a response. response: that of ClientError.
    """

    def __init__(self, message: str, *, response: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"AWS: {message}")
        self.response: Mapping[str, Any] = response or {}
        self.code = str(self.response.get("Error", {}).get("Code", ""))

    @property
    def denied(self) -> bool:
        """Whether a policy denies the call."""
        return self.code in DENIED


class CredentialsError(AwsError):
    """Credentials are missing, or AWS does not accept them."""


class SignInExpired(CredentialsError):
    """The session of IAM Identity Center (``aws sso login``) is missing or has expired."""


class ConnectionFailed(AwsError):
    """AWS did not respond."""


@contextmanager
def aws_errors() -> Iterator[None]:
    """Raise AwsError for botocore's errors."""
    try:
        yield
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise _mapped(error) from error


@contextmanager
def credential_errors() -> Iterator[None]:
    """Raise AwsError also for other errors of a credential source. Only for calls of botocore.

    RuntimeError: expired credentials. EOFError: no MFA code. OSError, ValueError: an invalid
    endpoint, or ``credential_process`` does not start or prints no JSON.
    """
    try:
        with aws_errors():
            yield
    except (RuntimeError, EOFError, OSError, ValueError) as error:
        match error:
            case RuntimeError() if "expired" in str(error):
                reason = (
                    "the credentials have expired, and their source has no newer ones: renew them"
                )
            case EOFError():
                reason = "the profile needs an MFA code, and there is no terminal to type it"
            case json.JSONDecodeError():
                reason = f"the profile's credential_process prints no JSON: {error}"
            case FileNotFoundError():
                reason = (
                    f"the profile names a file or program that does not exist: {error.filename}"
                )
            case _:
                raise AwsError(f"{error}: {_CONFIGURED}") from error
        raise CredentialsError(reason) from error


@contextmanager
def ignoring(*codes: str) -> Iterator[None]:
    """Suppress AWS's errors with these codes."""
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
                text = f"this machine's clock differs from AWS's ({code}: {reason}): set the clock"
            elif code == _EXPIRED_OR_SKEWED:
                text = (
                    f"the credentials have expired, or this machine's clock is wrong ({code}): "
                    "renew them, or set the clock"
                )
            elif code in _EXPIRED:
                text = f"the credentials have expired ({code}): renew them"
            elif code in _UNKNOWN:
                text = f"the credentials are not valid ({code}): {text}; {_SOURCE}"
            else:
                return AwsError(text, response=error.response)
            return CredentialsError(text, response=error.response)
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
            return ConnectionFailed(NOT_FROM_AWS)
    return AwsError(str(error))


def _reason(error: BotoCoreError) -> str:
    """The system's error: no route, connection refused, unknown host."""
    # urllib3 writes "<the connection>: Failed to establish a new connection: [Errno 111] ...".
    return str(error.kwargs.get("error", "no response")).rpartition(">: ")[2]
