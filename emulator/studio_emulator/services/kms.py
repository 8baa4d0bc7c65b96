"""KMS: key policies, aliases, tags, rotation, and how long a deletion waits."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import decide, granting, valid_statements
from studio_emulator.moto_internals.resources import key_id_of_ciphertext
from studio_emulator.services import key_states, principals

_malformed = partial(AwsError, "MalformedPolicyDocumentException")
_ROTATION_DAYS = 365
_POLICY_BYTES = 32_768
"""https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"""
_SHORTEST_WINDOW, _LONGEST_WINDOW = 7, 30


def check_put_key_policy(params: Params, call: Call) -> None:
    """MalformedPolicyDocumentException for an invalid policy, or one that locks out the caller.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (Policy,
    BypassPolicyLockoutSafetyCheck); message as in terraform-aws-modules/terraform-aws-kms#14.
    """
    document = params.get("Policy")
    if not document:
        return
    try:
        parsed = valid_statements(document)
    except ValueError as bad:
        raise _malformed(f"Policy is not valid: {bad}") from bad
    if not parsed:
        raise _malformed("Policy contains no statements.")
    if len(document.encode()) > _POLICY_BYTES:
        message = f"The key policy has more than {_POLICY_BYTES} bytes."
        raise AwsError("LimitExceededException", message)
    if principals.absent(parsed, call):
        raise _malformed("Policy contains a statement with one or more invalid principals.")
    if not (params.get("BypassPolicyLockoutSafetyCheck") or _can_change_policy(parsed, call)):
        message = "The new key policy will not allow you to update the key policy in the future."
        raise _malformed(message)


def check_key(params: Params, call: Call) -> None:
    """The key must exist."""
    key_id = str(params["KeyId"])
    if key_id.rpartition("/")[2] not in call.backend("kms").keys:
        shown = key_id if key_id.startswith("arn:") else call.arn(f"key/{key_id}", "kms")
        raise AwsError("NotFoundException", f"Key '{shown}' does not exist")


def check_create_key(params: Params, call: Call) -> None:
    """An asymmetric or HMAC key needs a usage; a symmetric key allows one only.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html (KeyUsage)
    """
    check_put_key_policy(params, call)
    _check_keys(params.get("Tags", []))
    spec = params.get("KeySpec") or params.get("CustomerMasterKeySpec") or key_states.SYMMETRIC
    usage = params.get("KeyUsage")
    if spec == key_states.SYMMETRIC:
        if usage not in (None, "ENCRYPT_DECRYPT"):
            message = f"KeyUsage {usage} is not compatible with KeySpec {spec}"
            raise AwsError("ValidationException", message)
    elif usage is None:
        message = "You must specify a KeyUsage value for all KMS keys except for symmetric ones."
        raise AwsError("ValidationException", message)


def check_enable_key_rotation(params: Params, call: Call) -> None:
    """Only symmetric keys can be rotated.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """
    key = key_states.named(params["KeyId"], call)
    if key is not None and key.key_spec != key_states.SYMMETRIC:
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


def check_tag_resource(params: Params, call: Call) -> None:
    check_key(params, call)
    _check_keys(params["Tags"])


def _check_keys(tags: Sequence[Params]) -> None:
    """TagException for a reserved or duplicate key.

    https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
    """
    keys = [tag["TagKey"] for tag in tags]
    if any(key.startswith("aws:") for key in keys):
        raise AwsError("TagException", "Tags beginning with aws: are reserved")
    if len(set(keys)) < len(keys):
        raise AwsError("TagException", "Duplicate tag keys")


def check_alias(params: Params, _call: Call) -> None:
    """NotAuthorizedException for the aliases of AWS managed keys.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html (AliasName)
    """
    name = params["AliasName"]
    if name.startswith(key_states.AWS_ALIASES):
        raise AwsError("NotAuthorizedException", f"{name} is reserved for AWS managed keys.")


def check_update_alias(params: Params, call: Call) -> None:
    """The current and the new key "must be the same type" and "have the same key usage".

    https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
    """
    check_alias(params, call)
    current, new = (key_states.named(params[m], call) for m in ("AliasName", "TargetKeyId"))
    if current is not None and new is not None and _type(current) != _type(new):
        message = f"{params['AliasName']} cannot be updated to a key of another type or usage."
        raise AwsError("ValidationException", message)


def _type(key: Any) -> tuple[str, str]:
    """The type of a key: symmetric, HMAC or asymmetric; and its usage."""
    kind = key.key_spec if key.key_spec == key_states.SYMMETRIC else key.key_spec.partition("_")[0]
    return kind if kind in (key_states.SYMMETRIC, "HMAC") else "asymmetric", key.key_usage


def _can_change_policy(parsed: Sequence[dict[str, Any]], call: Call) -> bool:
    """Whether the policy allows the caller, or its account, to change it."""
    root = call.arn("root", "iam")
    caller = call.caller
    principals_of_caller = {root, call.account} | (caller.own_arns if caller else set())
    context = {
        "kms:CallerAccount": call.account,
        "aws:PrincipalAccount": call.account,
        "aws:PrincipalArn": caller.principal.arn if caller else root,
    }
    return decide(granting(parsed, principals_of_caller, "kms:PutKeyPolicy", context))


def check_schedule_key_deletion(params: Params, call: Call) -> None:
    """The key must exist; it can be deleted in 7 to 30 days."""
    check_key(params, call)
    window = params.get("PendingWindowInDays", _LONGEST_WINDOW)
    if not _SHORTEST_WINDOW <= window <= _LONGEST_WINDOW:
        # The message is in https://github.com/Skyscanner/kms-issuer/issues/8.
        raise AwsError(
            "ValidationException",
            f"PendingWindowInDays must be between {_SHORTEST_WINDOW} and {_LONGEST_WINDOW}",
        )


def amend_schedule_key_deletion(params: Params, call: Call, answer: Answer) -> Answer:
    """Show what moto omits."""
    window = params.get("PendingWindowInDays", _LONGEST_WINDOW)
    shown = {"KeyState": key_states.PENDING, "PendingWindowInDays": window}
    return show_arn(params, call, answer) | shown


def show_arn(_params: Params, call: Call, answer: Answer) -> Answer:
    """Return the key's ARN, where moto returns the request's KeyId."""
    key = key_states.named(answer.get("KeyId", ""), call)
    return answer | {"KeyId": key.arn} if key is not None else answer


def amend_create_key(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the default usage of a new key, and show what moto omits."""
    key = key_states.named(answer["KeyMetadata"]["KeyId"], call)
    key.key_usage = params.get("KeyUsage", "ENCRYPT_DECRYPT")
    shown = {"KeyUsage": key.key_usage, "MultiRegion": params.get("MultiRegion", False)}
    return {"KeyMetadata": answer["KeyMetadata"] | shown}


def amend_describe_key(params: Params, call: Call, answer: Answer) -> Answer:
    """Set the KeyManager of AWS managed keys, and that a key is of one region."""
    answer["KeyMetadata"].setdefault("MultiRegion", False)
    if key_states.is_aws_managed(key_states.named(params["KeyId"], call)):
        answer["KeyMetadata"]["KeyManager"] = "AWS"
    return answer


def amend_enable_key_rotation(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the rotation period, which moto does not."""
    key = key_states.named(params["KeyId"], call)
    key.rotation_period = params.get("RotationPeriodInDays", _ROTATION_DAYS)
    return answer


def amend_get_key_rotation_status(params: Params, call: Call, answer: Answer) -> Answer:
    """Return the rotation period of a key whose rotation is enabled."""
    key = key_states.named(params["KeyId"], call)
    days = {"RotationPeriodInDays": key.rotation_period} if answer["KeyRotationEnabled"] else {}
    return answer | {"KeyId": key.arn} | days


check_create_grant = check_list_grants = check_key
check_create_alias = check_delete_alias = check_alias
amend_cancel_key_deletion = amend_generate_mac = amend_get_public_key = show_arn
amend_rotate_key_on_demand = amend_verify_mac = show_arn
