"""Whose AWS account the environment's credentials open, and how it is asked."""

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


def client(service: str, region: str) -> Any:
    """A boto3 client that gives up within a minute, the same one each time: making one is slow.

    Raises UserError where boto3 finds no way to ask, as with a profile that does not exist.
    """
    with one_line(service):
        if boto3.DEFAULT_SESSION is None:
            boto3.setup_default_session()
        return _made(boto3.DEFAULT_SESSION, os.environ.get("AWS_ENDPOINT_URL"), service, region)


@cache
def _made(session: Any, _endpoint: str | None, service: str, region: str) -> Any:
    """The endpoint is part of the key because a client keeps the one that it was made with."""
    return session.client(service, region_name=region, config=_CONFIG)


@contextmanager
def one_line(service: str) -> Iterator[None]:
    """Turn what boto3 raises into a UserError that begins with ``service``."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise UserError(f"{service}: {error}") from error


def describe(settings: Settings) -> str:
    """The account and region as a person reads them; says so when AWS is an emulator.

    Raises UserError where there are no working credentials.
    """
    try:
        sts = boto3.client("sts", region_name=settings.region, config=_CONFIG)
        account = sts.get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise UserError(
            f"AWS does not know who is asking: {error}; set AWS_PROFILE or another source of "
            "credentials that boto3 knows"
        ) from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    where = f" at {endpoint} (not AWS itself)" if endpoint else ""
    return f"account {account}, {settings.region}{where}"
