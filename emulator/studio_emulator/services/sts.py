"""STS: the caller's identity, and temporary keys."""

import secrets
from datetime import UTC, datetime

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam import callers

# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
_SECONDS = 12 * 3600
_SECONDS_OF_ROOT = 3600


def get_caller_identity(_params: Params, call: Call) -> Answer:
    """GetCallerIdentity."""
    caller = call.caller
    return {
        "Account": call.account,
        "Arn": call.caller_arn,
        "UserId": caller.userid if caller else call.account,
    }


def get_session_token(params: Params, call: Call) -> Answer:
    """GetSessionToken: temporary keys for the same user; for root, for at most an hour."""
    caller = call.caller
    if callers.is_temporary(call.access_key):
        message = "Cannot call GetSessionToken with session credentials"
        raise AwsError("AccessDenied", message, 403)
    seconds = params.get("DurationSeconds", _SECONDS)
    expires = call.clock.now() + (seconds if caller else min(seconds, _SECONDS_OF_ROOT))
    return {
        "Credentials": {
            "AccessKeyId": callers.temporary_key(call.access_key),
            "SecretAccessKey": secrets.token_urlsafe(30),
            "SessionToken": secrets.token_urlsafe(120),
            "Expiration": datetime.fromtimestamp(expires, UTC),
        }
    }


def refuse_token(_params: Params, _call: Call) -> Answer:
    """AssumeRoleWithWebIdentity and -SAML: the emulator has no provider's keys for a signature."""
    raise unverified_token()


def unverified_token() -> AwsError:
    return AwsError(
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider, please reference "
        "AssumeRoleWithWebIdentity documentation for requirements",
    )


HANDLERS = {
    "AssumeRoleWithSAML": refuse_token,
    "AssumeRoleWithWebIdentity": refuse_token,
    "GetCallerIdentity": get_caller_identity,
    "GetSessionToken": get_session_token,
}
