"""The operations that KMS refuses because of a key's state, usage, region, account or manager.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from typing import Any

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.resources import key_id_of_ciphertext, kms_key

AWS_ALIASES = "alias/aws/"
"""The prefix of the aliases of AWS managed keys."""

SYMMETRIC = "SYMMETRIC_DEFAULT"
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
_USAGES = dict.fromkeys(_CRYPTOGRAPHIC, "ENCRYPT_DECRYPT") | {
    "DeriveSharedSecret": "KEY_AGREEMENT",
    "GenerateMac": "GENERATE_VERIFY_MAC",
    "Sign": "SIGN_VERIFY",
    "Verify": "SIGN_VERIFY",
    "VerifyMac": "GENERATE_VERIFY_MAC",
}
"""The KeyUsage that an operation needs (InvalidKeyUsageException in the API reference)."""
_NEED_ENABLED = _CRYPTOGRAPHIC | {
    "CreateGrant",
    "DisableKeyRotation",
    "EnableKeyRotation",
    "GetPublicKey",
    "ReplicateKey",
    "RotateKeyOnDemand",
}
_NEED_NOT_PENDING = _NEED_ENABLED | {
    "CreateAlias",
    "DisableKey",
    "EnableKey",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
}
_MANAGEMENT = (_NEED_NOT_PENDING - _CRYPTOGRAPHIC - {"CreateGrant", "GetPublicKey"}) | {
    "CancelKeyDeletion",
    "PutKeyPolicy",
}
"""The operations that the policy of an AWS managed key does not allow.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
"""
_KEYS = ("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId")


def check(operation: str, params: Params, call: Call) -> None:
    """AwsError if the key's region, account, manager, state or usage does not allow the operation.

    Of another account, which no key policy allows here:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    for member in _KEYS:
        prefix, *parts = params.get(member, "").split(":")
        region, account = [*parts[2:4], "", ""][:2]
        if prefix == "arn" and region != call.region:
            raise AwsError("NotFoundException", f"Invalid arn {region}")
        if prefix == "arn" and account != call.account:
            raise _denied(operation, params[member], call)
    ids = [params[member] for member in _KEYS if member in params]
    if "CiphertextBlob" in params:
        ids.append(key_id_of_ciphertext(params["CiphertextBlob"]))
    for key in filter(None, (named(each, call) for each in ids if each)):
        if operation in _MANAGEMENT and is_aws_managed(key):
            raise _denied(operation, key.arn, call)
        if operation == "CancelKeyDeletion" and key.key_state != PENDING:
            raise _invalid_state(key, "is not pending deletion.")
        if operation in _NEED_ENABLED:
            check_enabled(key)
        if operation in _NEED_NOT_PENDING and key.key_state == PENDING:
            raise _invalid_state(key, "is pending deletion.")
        if _USAGES.get(operation, key.key_usage) != key.key_usage:
            message = f"{key.arn} key usage is {key.key_usage} which is not valid for {operation}."
            raise AwsError("InvalidKeyUsageException", message)


def check_enabled(key: Any) -> None:
    """KMS's error for the use of a key that is disabled or pending deletion."""
    if key.key_state == PENDING:
        raise _invalid_state(key, "is pending deletion.")
    if key.key_state == "Disabled":
        raise AwsError("DisabledException", f"{key.arn} is disabled.")


def named(key_id: str, call: Call) -> Any:
    """The key of an id, an ARN, an alias or an alias's ARN, if any."""
    return kms_key(call.backend("kms"), key_id)


def is_aws_managed(key: Any) -> bool:
    """Whether AWS manages the key."""
    return key is not None and any(name.startswith(AWS_ALIASES) for name in key.aliases)


def _invalid_state(key: Any, words: str) -> AwsError:
    return AwsError("KMSInvalidStateException", f"{key.arn} {words}")


def _denied(operation: str, arn: str, call: Call) -> AwsError:
    return AwsError(
        "AccessDeniedException",
        f"User: {call.caller_arn} is not authorized to perform: kms:{operation} on resource: "
        f"{arn} because no resource-based policy allows the kms:{operation} action",
    )
