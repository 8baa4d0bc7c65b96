"""GetAuthorizationToken's tokens, valid for 12 hours, and URLs of layers, for an hour."""

import base64
import binascii
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from studio_emulator.errors import AwsError

LIFETIME = 12 * 60 * 60
"""Seconds until a token expires (GetAuthorizationToken in the ECR API reference)."""

LAYER_LIFETIME = 60 * 60
"""Seconds until the URL of a layer expires."""

USER = "AWS"
_SIGNED = URLSafeSerializer(secrets.token_bytes(32))


@dataclass(frozen=True)
class Grant:
    """What a token grants.

    expires: epoch seconds. access_key, caller: the caller's access key and ARN. layer: the digest
    of the only blob that the token allows to read, or "".
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
    """A token for the registry of `account` in `region`, and its grant."""
    grant = Grant(
        account=account,
        region=region,
        expires=now + (LAYER_LIFETIME if layer else LIFETIME),
        access_key=access_key,
        caller=caller,
        layer=layer,
    )
    return str(_SIGNED.dumps(vars(grant))), grant


def grant_of(authorization: str, *, now: float) -> Grant | None:
    """The grant of an Authorization header; None without Basic credentials.

    Raises AwsError with status 403 for an expired token and 400 for an unknown token, as ECR does.
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
    grant = _verified(password, now=now)
    if grant.layer:
        raise _invalid()
    return grant


def grant_of_layer_url(password: str, layer: str, *, now: float) -> Grant:
    """The grant of a URL from GetDownloadUrlForLayer. Raises the same errors as `grant_of`."""
    grant = _verified(password, now=now)
    if grant.layer != layer:
        raise _invalid()
    return grant


def _verified(password: str, *, now: float) -> Grant:
    try:
        grant = Grant(**_SIGNED.loads(password))
    except BadSignature:
        raise _invalid() from None
    if now >= grant.expires:
        raise AwsError(
            "DENIED",
            "Your authorization token has expired. Reauthenticate and try again.",
            status=403,
        )
    return grant


def _invalid() -> AwsError:
    return AwsError("DENIED", "Your Authorization Token is invalid.", status=400)
