"""Whose AWS account the environment's credentials open, and how it is asked."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from settings import Settings, UserError

_CONFIG = Config(connect_timeout=10, read_timeout=20, retries={"total_max_attempts": 3})

ASKING_FAILS = (BotoCoreError, ClientError, RuntimeError, OSError, ValueError, EOFError)
"""What asking AWS raises. Beside botocore's own: RuntimeError, where a source of credentials hands
out expired ones; OSError and ValueError, of a ``credential_process`` that does not start or prints
no JSON, or of an endpoint that is no URL; EOFError, where a code is asked for and nobody types it.
"""


def client(service: str, region: str) -> Any:
    """A boto3 client that gives up within a minute, the same one each time: making one is slow.

    Raises UserError where boto3 finds no way to ask, as with a profile that does not exist.
    """
    with one_line(service):
        return _made(session(), os.environ.get("AWS_ENDPOINT_URL"), service, region)


def session() -> Any:
    """boto3's session, which reads profiles and credentials once. Raises one of ASKING_FAILS."""
    if not os.environ.get("AWS_PROFILE"):
        # As for the AWS CLI; boto3 would look for a profile that has no name.
        os.environ.pop("AWS_PROFILE", None)
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    return boto3.DEFAULT_SESSION


@cache
def _made(asking: Any, _endpoint: str | None, service: str, region: str) -> Any:
    """The endpoint is part of the key because a client keeps the one that it was made with."""
    return asking.client(service, region_name=region, config=_CONFIG)


@contextmanager
def one_line(service: str) -> Iterator[None]:
    """Turn what boto3 raises into a UserError that begins with ``service``."""
    try:
        yield
    except ASKING_FAILS as error:
        raise UserError(f"{service}: {explained(error)}") from error


def explained(error: Exception) -> str:
    """What one of ASKING_FAILS means, where its own words do not tell."""
    match error:
        case RuntimeError() if "expired" in str(error):
            return "the credentials have expired, and their source has no newer ones: renew them"
        case EOFError():
            return "the profile wants an MFA code, and nobody can type one here"
        case json.JSONDecodeError():
            return f"the profile's credential_process prints no JSON: {error}"
        case FileNotFoundError():
            return f"the profile's credential_process does not start: {error}"
    return str(error)


def account(region: str) -> str:
    """The account of the credentials. Raises UserError where AWS cannot be asked."""
    with one_line("sts"):
        return str(client("sts", region).get_caller_identity()["Account"])


def describe(settings: Settings) -> str:
    """The account and region as a person reads them; says so when AWS is an emulator.

    Raises UserError where there are no working credentials.
    """
    try:
        sts = _made(session(), os.environ.get("AWS_ENDPOINT_URL"), "sts", settings.region)
        account = sts.get_caller_identity()["Account"]
    except ASKING_FAILS as error:
        raise UserError(
            f"AWS does not know who is asking: {explained(error)}; set AWS_PROFILE or another "
            "source of credentials that boto3 knows"
        ) from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    where = f" at {endpoint} (not AWS itself)" if endpoint else ""
    return f"account {account}, {settings.region}{where}"
