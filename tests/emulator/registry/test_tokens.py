"""Tokens of the registry."""

import pytest

from studio_emulator.registry import tokens
from studio_emulator.server import Emulator
from tests.emulator.registry.oci import (
    ACCOUNT,
    REGION,
    REPOSITORY,
    Raw,
    _basic,
    password_of,
)


def _token(*, now: float) -> tuple[str, tokens.Grant]:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    return tokens.issue(ACCOUNT, REGION, now=now, access_key="emulated", caller=root)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (_basic("AWS", "made-up"), 400),
        (_basic("alice", _token(now=2e9)[0]), 400),
        (_basic("AWS", _token(now=0)[0]), 403),
        ({"Authorization": "Basic ???"}, 400),
        ({"Authorization": "Bearer abc"}, 401),
    ],
)
def test_invalid_credentials(raw: Raw, authorization: dict[str, str], status: int) -> None:
    raw.authorization = authorization
    path = f"/v2/{REPOSITORY}/blobs/uploads/"
    assert raw("POST", path, b"x" * 3_000_000).status == status


def test_token_expires_after_12_hours() -> None:
    password, grant = _token(now=1_000_000)
    header = _basic("AWS", password)["Authorization"]
    assert tokens.grant_of(header, now=1_000_000 + 12 * 3600 - 1) == grant
    with pytest.raises(Exception, match="has expired"):
        tokens.grant_of(header, now=1_000_000 + 12 * 3600)


@pytest.mark.usefixtures("raw")
def test_token_is_valid_in_one_region(aws: Emulator) -> None:
    elsewhere = Raw(aws.endpoint_url, password_of(aws.client("ecr", region="eu-west-1")))
    assert elsewhere("GET", f"/v2/{REPOSITORY}/tags/list").code == "NAME_UNKNOWN"
