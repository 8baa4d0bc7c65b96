"""KMS: key policies, grants, rotation, and how long a deletion waits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import decide, granting, statements
from studio_emulator.moto_internals.resources import key_id_of_ciphertext
from studio_emulator.services import key_states, principals

_ROTATION_DAYS = 365
_SHORTEST_WINDOW, _LONGEST_WINDOW = 7, 30
_SYMMETRIC = "SYMMETRIC_DEFAULT"
_ASYMMETRIC = frozenset(
    {"DeriveSharedSecret", "GenerateMac", "GetPublicKey", "Sign", "Verify", "VerifyMac"}
)


def check_policy(params: Params, call: Call) -> None:
    """MalformedPolicyDocumentException for an invalid policy, or one that locks out the caller.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (Policy,
    BypassPolicyLockoutSafetyCheck); message as in terraform-aws-modules/terraform-aws-kms#14.
    """
    document = params.get("Policy")
    if not document:
        return
    try:
        parsed = statements(document)
    except ValueError as bad:
        raise AwsError("MalformedPolicyDocumentException", f"Policy is not valid: {bad}") from bad
    if not parsed:
        raise AwsError("MalformedPolicyDocumentException", "Policy contains no statements.")
    if principals.absent(parsed, call):
        raise AwsError(
            "MalformedPolicyDocumentException",
            "Policy contains a statement with one or more invalid principals.",
        )
    if not (params.get("BypassPolicyLockoutSafetyCheck") or _can_change_policy(parsed, call)):
        message = "The new key policy will not allow you to update the key policy in the future."
        raise AwsError("MalformedPolicyDocumentException", message)


def check_key(params: Params, call: Call) -> None:
    """The key must exist."""
    key_id = str(params["KeyId"])
    if key_id.rpartition("/")[2] not in call.backend("kms").keys:
        shown = key_id if key_id.startswith("arn:") else call.arn(f"key/{key_id}", "kms")
        raise AwsError("NotFoundException", f"Key '{shown}' does not exist")


def check_create(params: Params, call: Call) -> None:
    """An asymmetric or HMAC key needs a usage; a symmetric key allows one only.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (KeyUsage)
    """
    check_policy(params, call)
    spec = params.get("KeySpec") or params.get("CustomerMasterKeySpec") or _SYMMETRIC
    usage = params.get("KeyUsage")
    if spec == _SYMMETRIC:
        if usage not in (None, "ENCRYPT_DECRYPT"):
            message = f"KeyUsage {usage} is not compatible with KeySpec {spec}"
            raise AwsError("ValidationException", message)
    elif usage is None:
        message = "You must specify a KeyUsage value for all KMS keys except for symmetric ones."
        raise AwsError("ValidationException", message)


def check_rotation(params: Params, call: Call) -> None:
    """Only symmetric keys can be rotated.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """
    key = key_states.named(params["KeyId"], call)
    if key is not None and key.key_spec != _SYMMETRIC:
        raise AwsError("UnsupportedOperationException", f"{key.arn} cannot be rotated.")


def check_decrypt(params: Params, call: Call) -> None:
    """IncorrectKeyException if another key encrypted the blob."""
    encrypted = key_id_of_ciphertext(params["CiphertextBlob"])
    wanted = key_states.named(params["KeyId"], call) if "KeyId" in params else None
    if wanted is not None and encrypted not in (None, wanted.id):
        raise AwsError(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )


def check_tags(params: Params, call: Call) -> None:
    check_key(params, call)
    if any(tag["TagKey"].startswith("aws:") for tag in params["Tags"]):
        raise AwsError("TagException", "Tags beginning with aws: are reserved")


def check_describe(params: Params, call: Call) -> None:
    """NotFoundException for an ARN of another region, which moto ignores."""
    prefix, *parts = params["KeyId"].split(":")
    region = next(iter(parts[2:]), "")
    if prefix == "arn" and region != call.region:
        raise AwsError("NotFoundException", f"Invalid arn {region}")


def create_grant(params: Params, call: Call) -> Answer | None:
    """CreateGrant: the principals must exist; the same name and parameters return the same grant.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html (Name). Terraform's
    provider retries on InvalidArnException.
    """
    for member in ("GranteePrincipal", "RetiringPrincipal"):
        arn = params.get(member)
        if arn and not (arn.startswith("arn:") and principals.exists(arn, call)):
            message = f"ARN does not refer to a valid principal: {arn}"
            raise AwsError("InvalidArnException", message)
    key = key_states.named(params["KeyId"], call)
    if key.key_spec == _SYMMETRIC and (wrong := _ASYMMETRIC.intersection(params["Operations"])):
        message = f"{', '.join(sorted(wrong))} cannot be granted on a symmetric key"
        raise AwsError("ValidationException", message)
    for grant in key.grants.values():
        same = (
            grant.name == params.get("Name")
            and grant.grantee_principal == params["GranteePrincipal"]
            and sorted(grant.operations) == sorted(params["Operations"])
            and (grant.constraints or {}) == params.get("Constraints", {})
            and grant.retiring_principal == params.get("RetiringPrincipal")
        )
        if grant.name and same:
            return {"GrantId": grant.id, "GrantToken": grant.token}
    return None


def check_retire(params: Params, call: Call) -> None:
    """The grant, by its token or by its key and id, must exist.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
    """
    held = [grant for key in call.backend("kms").keys.values() for grant in key.grants.values()]
    if token := params.get("GrantToken"):
        if token not in (grant.token for grant in held):
            raise AwsError("InvalidGrantTokenException", "The grant token is not valid.")
    elif "KeyId" not in params or "GrantId" not in params:
        message = "Either a grant token or a grant ID with its key is required."
        raise AwsError("ValidationException", message)
    elif params["GrantId"] not in (grant.id for grant in held):
        raise AwsError("InvalidGrantIdException", "The grant does not exist.")


def check_alias(params: Params, _call: Call) -> None:
    """NotAuthorizedException for the aliases of AWS managed keys.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html (AliasName)
    """
    name = params["AliasName"]
    if name.startswith(key_states.AWS_ALIASES):
        raise AwsError("NotAuthorizedException", f"{name} is reserved for AWS managed keys.")


def _can_change_policy(parsed: Sequence[dict[str, Any]], call: Call) -> bool:
    """Whether the policy allows the caller, or its account, to change it."""
    root = f"arn:{call.partition}:iam::{call.account}:root"
    caller = call.caller
    principals_of_caller = {root, call.account} | (caller.own_arns if caller else set())
    context = {
        "kms:CallerAccount": call.account,
        "aws:PrincipalAccount": call.account,
        "aws:PrincipalArn": caller.principal.arn if caller else root,
    }
    return decide(granting(parsed, principals_of_caller, "kms:PutKeyPolicy", context))


def disable_key(params: Params, call: Call) -> Answer:
    _set_state(params, call, "Disabled")
    return {}


def enable_key(params: Params, call: Call) -> Answer:
    _set_state(params, call, "Enabled")
    return {}


def schedule_key_deletion(params: Params, call: Call) -> Answer:
    """ScheduleKeyDeletion, in 30 days by default."""
    window = params.get("PendingWindowInDays", _LONGEST_WINDOW)
    if not _SHORTEST_WINDOW <= window <= _LONGEST_WINDOW:
        # The message is in https://github.com/Skyscanner/kms-issuer/issues/8.
        raise AwsError(
            "ValidationException",
            f"PendingWindowInDays must be between {_SHORTEST_WINDOW} and {_LONGEST_WINDOW}",
        )
    key = _set_state(params, call, key_states.PENDING)
    deletion = datetime.now(UTC) + timedelta(days=window)
    key.deletion_date = deletion.replace(tzinfo=None)
    return {
        "KeyId": key.arn,
        "DeletionDate": deletion.timestamp(),
        "KeyState": key.key_state,
        "PendingWindowInDays": window,
    }


def cancel_key_deletion(params: Params, call: Call) -> Answer:
    """CancelKeyDeletion; disables the key."""
    key = _set_state(params, call, "Disabled")
    key.deletion_date = None
    return {"KeyId": key.arn}


def _set_state(params: Params, call: Call, state: str) -> Any:
    key = call.backend("kms").keys[params["KeyId"].rpartition("/")[2]]
    key.key_state, key.enabled = state, state == "Enabled"
    return key


def show_arn(_params: Params, call: Call, answer: Answer) -> Answer:
    """Return the key's ARN, where moto returns the request's KeyId."""
    key = key_states.named(answer.get("KeyId", ""), call)
    return answer | {"KeyId": key.arn} if key is not None else answer


def show_manager(params: Params, call: Call, answer: Answer) -> Answer:
    """Set the KeyManager of AWS managed keys."""
    if key_states.is_aws_managed(key_states.named(params["KeyId"], call)):
        answer["KeyMetadata"]["KeyManager"] = "AWS"
    return answer


def store_period(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the rotation period, which moto does not."""
    key = key_states.named(params["KeyId"], call)
    key.rotation_period = params.get("RotationPeriodInDays", _ROTATION_DAYS)
    return answer


def show_period(params: Params, call: Call, answer: Answer) -> Answer:
    """Return the rotation period of a key whose rotation is enabled."""
    key = key_states.named(params["KeyId"], call)
    days = {"RotationPeriodInDays": key.rotation_period} if answer["KeyRotationEnabled"] else {}
    return answer | {"KeyId": key.arn} | days


# Moto's operations do not support a key's ARN.
HANDLERS = {
    "CancelKeyDeletion": cancel_key_deletion,
    "CreateGrant": create_grant,
    "DisableKey": disable_key,
    "EnableKey": enable_key,
    "ScheduleKeyDeletion": schedule_key_deletion,
}
CHECKS = {
    **dict.fromkeys(HANDLERS, check_key),
    "CreateAlias": check_alias,
    "CreateKey": check_create,
    "Decrypt": check_decrypt,
    "DeleteAlias": check_alias,
    "DescribeKey": check_describe,
    "EnableKeyRotation": check_rotation,
    "ListGrants": check_key,
    "PutKeyPolicy": check_policy,
    "RetireGrant": check_retire,
    "TagResource": check_tags,
    "UpdateAlias": check_alias,
}
AMENDMENTS = dict.fromkeys(
    ("GenerateMac", "GetPublicKey", "RotateKeyOnDemand", "VerifyMac"), show_arn
) | {
    "DescribeKey": show_manager,
    "EnableKeyRotation": store_period,
    "GetKeyRotationStatus": show_period,
}
