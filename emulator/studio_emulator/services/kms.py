"""KMS: key policies and key states, beyond moto."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import decide, granting, statements
from studio_emulator.services import key_states
from studio_emulator.studio.call import Call

Params = dict[str, Any]

LOCKED_OUT = "The new key policy will not allow you to update the key policy in the future."


def check_policy(params: Params, call: Call) -> None:
    """MalformedPolicyDocumentException for an invalid policy, or one that locks its caller out.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (Policy,
    BypassPolicyLockoutSafetyCheck); message as in terraform-aws-modules/terraform-aws-kms#14.
    """
    document = params.get("Policy")
    if not document:
        return
    try:
        said = statements(document)
    except (ValueError, AttributeError, RecursionError) as bad:
        raise AwsError("MalformedPolicyDocumentException", f"Policy is not valid: {bad}") from bad
    if not said:
        raise AwsError("MalformedPolicyDocumentException", "Policy contains no statements.")
    if not params.get("BypassPolicyLockoutSafetyCheck") and not _keeps(said, call):
        raise AwsError("MalformedPolicyDocumentException", LOCKED_OUT)


def check_key(params: Params, call: Call) -> None:
    """NotFoundException, where moto fails."""
    key_id = str(params["KeyId"])
    if key_id.rpartition("/")[2] not in call.backend("kms").keys:
        arn = f"arn:{call.partition}:kms:{call.region}:{call.account}:key/{key_id}"
        shown = key_id if key_id.startswith("arn:") else arn
        raise AwsError("NotFoundException", f"Key '{shown}' does not exist")


def check_alias(params: Params, _call: Call) -> None:
    """NotAuthorizedException for the names of AWS's own keys.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html (AliasName)
    """
    name = params["AliasName"]
    if name.startswith(key_states.OF_AWS):
        raise AwsError("NotAuthorizedException", f"{name} is reserved for AWS managed keys.")


def _keeps(said: list[dict[str, Any]], call: Call) -> bool:
    """Whether the caller may still change the policy, by itself or through its account."""
    root = f"arn:{call.partition}:iam::{call.account}:root"
    caller = call.caller
    mine = {root, call.account} | ({caller.arn, caller.principal.arn} if caller else set())
    context = {
        "kms:CallerAccount": call.account,
        "aws:PrincipalAccount": call.account,
        "aws:PrincipalArn": caller.principal.arn if caller else root,
    }
    return decide(granting(said, mine, "kms:PutKeyPolicy", context))


def disable_key(params: Params, call: Call) -> Params:
    """DisableKey."""
    _set_state(params, call, "Disabled", operation="DisableKey")
    return {}


def enable_key(params: Params, call: Call) -> Params:
    """EnableKey."""
    _set_state(params, call, "Enabled", operation="EnableKey")
    return {}


def schedule_key_deletion(params: Params, call: Call) -> Params:
    """ScheduleKeyDeletion, in 30 days unless the request says otherwise."""
    key = _set_state(params, call, key_states.PENDING, operation="ScheduleKeyDeletion")
    window = params.get("PendingWindowInDays", key_states.LONGEST_WINDOW)
    deletion = datetime.now(UTC) + timedelta(days=window)
    key.deletion_date = deletion.replace(tzinfo=None)
    return {
        "KeyId": key.arn,
        "DeletionDate": deletion.timestamp(),
        "KeyState": key.key_state,
        "PendingWindowInDays": window,
    }


def cancel_key_deletion(params: Params, call: Call) -> Params:
    """CancelKeyDeletion: the key is disabled then."""
    key = _set_state(params, call, "Disabled", operation="CancelKeyDeletion")
    key.deletion_date = None
    return {"KeyId": key.arn}


def _set_state(params: Params, call: Call, state: str, *, operation: str) -> Any:
    check_key(params, call)
    key_states.check(operation, params, call)
    key = call.backend("kms").keys[params["KeyId"].rpartition("/")[2]]
    key.key_state, key.enabled = state, state == "Enabled"
    return key


def show_arn(_params: Params, call: Call, answer: Params) -> Params:
    """Answer the key's ARN, where moto repeats the request's KeyId."""
    key = key_states.named(answer.get("KeyId", ""), call)
    return answer | {"KeyId": key.arn} if key is not None else answer


def show_manager(params: Params, call: Call, answer: Params) -> Params:
    """Tell AWS's own keys from the customer's."""
    if key_states.is_of_aws(key_states.named(params["KeyId"], call)):
        answer["KeyMetadata"]["KeyManager"] = "AWS"
    return answer


def _all_checks(operation: str) -> Callable[[Params, Call], None]:
    def check(params: Params, call: Call) -> None:
        if operation in _CHECKS:
            _CHECKS[operation](params, call)
        key_states.check(operation, params, call)

    return check


# Moto's operations fail for a key's ARN.
HANDLERS = {
    "CancelKeyDeletion": cancel_key_deletion,
    "DisableKey": disable_key,
    "EnableKey": enable_key,
    "ScheduleKeyDeletion": schedule_key_deletion,
}
_CHECKS = {
    "CreateAlias": check_alias,
    "CreateGrant": check_key,
    "CreateKey": check_policy,
    "DeleteAlias": check_alias,
    "ListGrants": check_key,
    "PutKeyPolicy": check_policy,
    "UpdateAlias": check_alias,
}
CHECKS = {name: _all_checks(name) for name in {*_CHECKS, *key_states.CHECKED}}
AMENDMENTS = dict.fromkeys(
    ("GenerateMac", "GetPublicKey", "RotateKeyOnDemand", "VerifyMac"), show_arn
) | {"DescribeKey": show_manager}
