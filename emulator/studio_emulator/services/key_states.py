"""What KMS refuses for a key that is disabled or pending deletion.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import key_id_of_ciphertext
from studio_emulator.studio.call import Call

PENDING = "PendingDeletion"
_CRYPTOGRAPHIC = frozenset(
    {
        "Decrypt",
        "DeriveSharedSecret",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "ReEncrypt",
        "Sign",
        "Verify",
        "VerifyMac",
    }
)
_NEED_ENABLED = _CRYPTOGRAPHIC | {
    "CreateGrant",
    "DisableKeyRotation",
    "EnableKeyRotation",
    "GetPublicKey",
    "ReplicateKey",
    "RotateKeyOnDemand",
}
_NEED_KEPT = _NEED_ENABLED | {
    "CreateAlias",
    "DisableKey",
    "EnableKey",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
}
CHECKED = sorted(_NEED_KEPT | {"CancelKeyDeletion"})
_KEYS = ("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId")
SHORTEST_WINDOW, LONGEST_WINDOW = 7, 30


def check(operation: str, params: dict[str, Any], call: Call) -> None:
    """DisabledException or KMSInvalidStateException where the state of a key forbids it."""
    for key in _keys_of(params, call):
        if operation == "CancelKeyDeletion" and key.key_state != PENDING:
            raise _invalid_state(key, "is not pending deletion.")
        if operation in _NEED_KEPT and key.key_state == PENDING:
            raise _invalid_state(key, "is pending deletion.")
        if operation in _NEED_ENABLED and key.key_state == "Disabled":
            raise AwsError("DisabledException", f"{key.arn} is disabled.")
    window = params.get("PendingWindowInDays", LONGEST_WINDOW)
    if not SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
        # The message is in https://github.com/Skyscanner/kms-issuer/issues/8.
        raise AwsError(
            "ValidationException",
            f"PendingWindowInDays must be between {SHORTEST_WINDOW} and {LONGEST_WINDOW}",
        )


def named(key_id: str, call: Call) -> Any:
    """The key of an id, an ARN, an alias or an alias's ARN; None where moto refuses it."""
    kms = call.backend("kms")
    try:
        return kms.keys.get(kms.any_id_to_key_id(key_id))
    except (AttributeError, KeyError):
        return None


def _keys_of(params: dict[str, Any], call: Call) -> list[Any]:
    ids = [params[member] for member in _KEYS if member in params]
    if "CiphertextBlob" in params:
        ids.append(key_id_of_ciphertext(params["CiphertextBlob"]))
    return [key for key in (named(each, call) for each in ids if each) if key is not None]


def _invalid_state(key: Any, words: str) -> AwsError:
    return AwsError("KMSInvalidStateException", f"{key.arn} {words}")
