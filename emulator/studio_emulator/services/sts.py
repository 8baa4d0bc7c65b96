"""STS: who may assume a role and for how long, the caller's identity, and temporary keys."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam import callers, role_named
from studio_emulator.iam.policy import Decision, valid_statements
from studio_emulator.iam.resource_policies import with_resource_policy
from studio_emulator.services import principals

# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
_SECONDS = 12 * 3600
_SECONDS_OF_ROOT = 3600
_SECONDS_OF_CHAIN = 3600
_SESSION_POLICIES_SIZE = 2048
_SOURCE = "aws:SourceIdentity"
_KEYS = {
    "sts:ExternalId": "ExternalId",
    "sts:RoleSessionName": "RoleSessionName",
    "sts:SourceIdentity": "SourceIdentity",
    "sts:TransitiveTagKeys": "TransitiveTagKeys",
}


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
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
    context: dict[str, Any] = {"aws:SecureTransport": True, "aws:RequestedRegion": call.region}
    context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    context |= {"aws:TagKeys": list(tags)} if tags else {}
    context |= {key: params[member] for key, member in _KEYS.items() if member in params}
    for action in _actions(params, call):
        decided = Decision.IMPLICIT_DENY
        if role is not None:
            by_identity = caller.decide(action, arn, context)
            trust = role.assume_role_policy_document
            decided = with_resource_policy(
                by_identity,
                caller.limit(action, arn, context),
                caller,
                context,
                policy=trust,
                action=action,
            )
        if decided is not Decision.ALLOWED:
            message = (
                f"User: {caller.arn} is not authorized to perform: {action} on resource: {arn}"
            )
            raise AwsError("AccessDenied", message, 403)
    assert role is not None
    refuse_mfa(params)
    _check_session_policies(params)
    _check_duration(params.get("DurationSeconds", 0), int(role.max_session_duration), call)


def _actions(params: Params, call: Call) -> Iterator[str]:
    """The actions that the caller and the trust policy must allow.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """
    yield "sts:AssumeRole"
    if params.get("Tags"):
        yield "sts:TagSession"
    if "SourceIdentity" in params or _source_identity(call):
        yield "sts:SetSourceIdentity"


def refuse_mfa(params: Params) -> None:
    """AccessDenied for every MFA code: the emulator has no device's seed."""
    if "TokenCode" in params:
        message = "MultiFactorAuthentication failed with invalid MFA one time pass code."
        raise AwsError("AccessDenied", message, 403)


def _check_session_policies(params: Params) -> None:
    """Policy must be a policy; with PolicyArns, it has at most 2,048 characters.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    policy = params.get("Policy", "")
    size = len(policy) + sum(len(each.get("arn", "")) for each in params.get("PolicyArns", []))
    if size > _SESSION_POLICIES_SIZE:
        message = f"Session policies have {size} characters, at most {_SESSION_POLICIES_SIZE}."
        raise AwsError("ValidationError", message)
    try:
        valid_statements(policy or "{}")
    except ValueError as bad:
        message = "The policy is not in the valid JSON format."
        raise AwsError("MalformedPolicyDocument", message) from bad


def amend_assume_role(params: Params, call: Call, answer: Answer) -> Answer:
    """Store what limits and describes the session, which moto does not.

    The source identity persists in a chain of roles (AssumeRole in the API reference).
    """
    keys = {f"aws:PrincipalTag/{tag['Key']}": tag["Value"] for tag in params.get("Tags", [])}
    source = params.get("SourceIdentity") or _source_identity(call)
    access_key = answer["Credentials"]["AccessKeyId"]
    session = callers.role_session(access_key, call.account, call.partition)
    session.policy_arns = [each["arn"] for each in params.get("PolicyArns", []) if "arn" in each]
    session.session_keys = keys | ({_SOURCE: source} if source else {})
    return answer


def _source_identity(call: Call) -> str:
    caller = call.caller
    return str(caller.keys.get(_SOURCE, "")) if caller else ""


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
    """GetSessionToken: temporary keys for the same user; for root, for at most an hour."""
    caller = call.caller
    refuse_mfa(params)
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


def get_federation_token(_params: Params, _call: Call) -> Answer:
    """GetFederationToken: moto returns a key of the root user."""
    raise AwsError("InvalidAction", "GetFederationToken is not emulated.")


def unverified_token() -> AwsError:
    return AwsError(
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider, please reference "
        "AssumeRoleWithWebIdentity documentation for requirements",
    )


assume_role_with_saml = assume_role_with_web_identity = refuse_token
