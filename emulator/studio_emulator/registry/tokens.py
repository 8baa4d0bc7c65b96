"""The registry's passwords, which GetAuthorizationToken answers."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from studio_emulator.errors import AwsError

LIFETIME = 12 * 60 * 60
"""Seconds a token is good for (ECR API reference, GetAuthorizationToken: 12 hours)."""

LAYER_LIFETIME = 60 * 60
"""Seconds that the address of a layer is good for."""

USER = "AWS"
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class Grant:
    """The registry that a token is for, when it expires (seconds since the epoch), and whose it is.

    access_key, caller: the key that asked for it, and the ARN that the key stood for. layer: the
    digest of the only blob that it opens, or "".
    """

    account: str
    region: str
    expires: float
    access_key: str
    caller: str
    layer: str = ""


def issue(
    account: str, region: str, *, now: float, access_key: str, caller: str, layer: str = ""
) -> tuple[str, Grant]:
    """A password for the registry of `account` in `region`, and what it grants."""
    grant = Grant(
        account=account,
        region=region,
        expires=now + (LAYER_LIFETIME if layer else LIFETIME),
        access_key=access_key,
        caller=caller,
        layer=layer,
    )
    claim = base64.urlsafe_b64encode(json.dumps(vars(grant)).encode()).decode()
    return f"{claim}.{_signature(claim)}", grant


def grant_of(authorization: str, *, now: float) -> Grant | None:
    """The grant of an Authorization header; None without Basic credentials.

    Raises AwsError 403 for a token that has expired (ECR answers 403, not 401, and sends no
    challenge) and 400 for one that the emulator did not issue.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _invalid() from None
    if user != USER:
        raise _invalid()
    grant = _opened_by(password, now=now)
    if grant.layer:
        raise _invalid()
    return grant


def grant_of_address(password: str, layer: str, *, now: float) -> Grant:
    """The grant of an address from GetDownloadUrlForLayer; raises as `grant_of`."""
    grant = _opened_by(password, now=now)
    if grant.layer != layer:
        raise _invalid()
    return grant


def _opened_by(password: str, *, now: float) -> Grant:
    claim, _, signature = password.partition(".")
    if not hmac.compare_digest(_signature(claim).encode(), signature.encode()):
        raise _invalid()
    grant = Grant(**json.loads(base64.urlsafe_b64decode(claim)))
    if now >= grant.expires:
        raise AwsError(
            "DENIED",
            "Your authorization token has expired. Reauthenticate and try again.",
            status=403,
        )
    return grant


def _invalid() -> AwsError:
    return AwsError("DENIED", "Your Authorization Token is invalid.", status=400)


def _signature(claim: str) -> str:
    return hmac.new(_KEY, claim.encode(), hashlib.sha256).hexdigest()
