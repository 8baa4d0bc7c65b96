"""STS: who may assume a role and for how long, the caller's identity, and temporary keys."""

import secrets
from datetime import UTC, datetime
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam import callers, role_named
from studio_emulator.iam.policy import Decision
from studio_emulator.services import principals

# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
_SECONDS = 12 * 3600
_SECONDS_OF_ROOT = 3600
_SECONDS_OF_CHAIN = 3600
_ASSUME = "sts:AssumeRole"
_SESSION = "RoleSessionName"


def check_assume_role(params: Params, call: Call) -> None:
    """Evaluate the caller's policies and the role's trust policy; root cannot assume a role.

    AWS returns the same error for a role that does not exist.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
    """
    arn, caller = params["RoleArn"], call.caller
    if principals.IDENTITY.fullmatch(arn) is None:
        raise AwsError("ValidationError", f"{arn} is invalid")
    if caller is None:
        raise AwsError("AccessDenied", "Roles may not be assumed by root accounts.", 403)
    role = role_named(call.account, arn)
    context: dict[str, Any] = {"aws:SecureTransport": True, "aws:RequestedRegion": call.region}
    for key, member in (("sts:ExternalId", "ExternalId"), ("sts:RoleSessionName", _SESSION)):
        if member in params:
            context[key] = params[member]
    decided = Decision.IMPLICIT_DENY
    if role is not None:
        by_identity = caller.decide(_ASSUME, arn, context)
        trust = role.assume_role_policy_document
        decided = callers.with_resource_policy(
            by_identity, caller, context, policy=trust, action=_ASSUME
        )
    if role is None or decided is not Decision.ALLOWED:
        raise AwsError(
            "AccessDenied",
            f"User: {caller.arn} is not authorized to perform: {_ASSUME} on resource: {arn}",
            403,
        )
    _check_duration(params.get("DurationSeconds", 0), int(role.max_session_duration), call)


def _check_duration(seconds: int, longest: int, call: Call) -> None:
    """ValidationError above the role's maximum, or above an hour with temporary credentials.

    The messages are in https://github.com/kreuzwerker/awsu/issues/27 and
    https://github.com/99designs/aws-vault/issues/263.
    """
    limit = "MaxSessionDuration set for this role." if seconds > longest else ""
    if callers.is_temporary(call.access_key) and seconds > _SECONDS_OF_CHAIN:
        limit = "1 hour session limit for roles assumed by role chaining."
    if limit:
        raise AwsError("ValidationError", f"The requested DurationSeconds exceeds the {limit}")


def get_caller_identity(_params: Params, call: Call) -> Answer:
    caller = call.caller
    return {
        "Account": call.account,
        "Arn": call.caller_arn,
        "UserId": caller.userid if caller else call.account,
    }


def get_session_token(params: Params, call: Call) -> Answer:
    """GetSessionToken: temporary keys for the same user; for root, for at most an hour.

    No MFA code is accepted: the emulator has no device's seed.
    """
    caller = call.caller
    if "TokenCode" in params:
        message = "MultiFactorAuthentication failed with invalid MFA one time pass code."
        raise AwsError("AccessDenied", message, 403)
    if callers.is_temporary(call.access_key):
        message = "Cannot call GetSessionToken with session credentials"
        raise AwsError("AccessDenied", message, 403)
    seconds = params.get("DurationSeconds", _SECONDS)
    expires = call.clock.now() + (seconds if caller else min(seconds, _SECONDS_OF_ROOT))
    return {
        "Credentials": {
            "AccessKeyId": callers.temporary_key(
                call.access_key, account=call.account, expires=expires
            ),
            "SecretAccessKey": secrets.token_urlsafe(30),
            "SessionToken": secrets.token_urlsafe(120),
            "Expiration": datetime.fromtimestamp(expires, UTC),
        }
    }


def refuse_token(_params: Params, _call: Call) -> Answer:
    """AssumeRoleWithWebIdentity and -SAML: the emulator has no provider's keys for a signature."""
    raise unverified_token()


def refuse_federation(_params: Params, _call: Call) -> Answer:
    """GetFederationToken: moto returns a key of the root user."""
    raise AwsError("InvalidAction", "GetFederationToken is not emulated.")


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
    "GetFederationToken": refuse_federation,
    "GetSessionToken": get_session_token,
}
CHECKS = {"AssumeRole": check_assume_role}
