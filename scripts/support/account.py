"""Whose AWS account the environment's credentials open."""

import os

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from settings import Settings, UserError

_CONFIG = Config(connect_timeout=10, read_timeout=20, retries={"total_max_attempts": 3})


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
