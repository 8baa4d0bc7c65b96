"""The operations that KMS refuses because of a key's state or manager."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, create_key, document, refusal
from tests.emulator.services.key_policies import OWNER


@pytest.fixture
def key(aws: Emulator) -> str:
    """The ARN of a key with the alias `alias/home`."""
    kms = aws.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/home", TargetKeyId=arn)
    return str(arn)


@pytest.mark.parametrize("named", ["id", "arn", "alias"])
def test_disabled_key_refuses_cryptographic_operations(aws: Emulator, key: str, named: str) -> None:
    kms = aws.client("kms")
    name = {"id": key.rpartition("/")[2], "arn": key, "alias": "alias/home"}[named]
    sealed = kms.encrypt(KeyId=name, Plaintext=b"x")
    assert sealed["KeyId"] == key
    kms.disable_key(KeyId=key)
    for call, params in (
        (kms.encrypt, {"KeyId": name, "Plaintext": b"x"}),
        (kms.decrypt, {"CiphertextBlob": sealed["CiphertextBlob"]}),
        (kms.generate_data_key, {"KeyId": name, "KeySpec": "AES_256"}),
        (kms.enable_key_rotation, {"KeyId": key}),
    ):
        assert refusal(call, **params) == ("DisabledException", f"{key} is disabled.")
    kms.update_key_description(KeyId=key, Description="still there")
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])["Plaintext"] == b"x"


def test_key_of_another_region_is_not_found(aws: Emulator, key: str) -> None:
    kms, elsewhere = aws.client("kms"), key.replace("us-east-1", "eu-west-1")
    alias = elsewhere.replace(f"key/{key.rpartition('/')[2]}", "alias/home")
    for call, params in (
        (kms.encrypt, {"Plaintext": b"x"}),
        (kms.describe_key, {}),
        (kms.get_key_rotation_status, {}),
    ):
        for named in (elsewhere, alias) if call == kms.encrypt else (elsewhere,):
            found = refusal(call, KeyId=named, **params)
            assert found == ("NotFoundException", "Invalid arn eu-west-1")


def test_key_of_another_account_is_denied(aws: Emulator, key: str) -> None:
    kms, elsewhere = aws.client("kms"), key.replace(ACCOUNT, "999999999999")
    for call, params in ((kms.encrypt, {"Plaintext": b"x"}), (kms.disable_key, {})):
        assert refusal(call, KeyId=elsewhere, **params)[0] == "AccessDeniedException"
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


@pytest.mark.parametrize(
    ("spec", "usage", "operation", "params"),
    [
        ("RSA_2048", "SIGN_VERIFY", "encrypt", {"Plaintext": b"x"}),
        ("RSA_2048", "SIGN_VERIFY", "generate_data_key", {"KeySpec": "AES_256"}),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "encrypt", {"Plaintext": b"x"}),
        (
            "RSA_2048",
            "ENCRYPT_DECRYPT",
            "sign",
            {"Message": b"x", "SigningAlgorithm": "RSASSA_PSS_SHA_256"},
        ),
        (
            "SYMMETRIC_DEFAULT",
            "ENCRYPT_DECRYPT",
            "generate_mac",
            {"Message": b"x", "MacAlgorithm": "HMAC_SHA_256"},
        ),
    ],
)
def test_usage_of_a_key_determines_its_operations(
    aws: Emulator, spec: str, usage: str, operation: str, params: dict[str, Any]
) -> None:
    key = create_key(aws, KeySpec=spec, KeyUsage=usage)
    code, message = refusal(getattr(aws.client("kms"), operation), KeyId=key, **params)
    assert (code, usage in message) == ("InvalidKeyUsageException", True)


def test_key_pending_deletion(aws: Emulator, key: str) -> None:
    kms = aws.client("kms")
    assert refusal(kms.cancel_key_deletion, KeyId=key)[0] == "KMSInvalidStateException"
    for named in (key.rpartition("/")[2], key):
        answer = kms.schedule_key_deletion(KeyId=named, PendingWindowInDays=7)
        shown = (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"])
        assert shown == (key, "PendingDeletion", 7)
        assert kms.cancel_key_deletion(KeyId=named)["KeyId"] == key
    shown_again = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (shown_again["KeyState"], "DeletionDate" in shown_again) == ("Disabled", False)
    kms.schedule_key_deletion(KeyId=key)
    for call, params in (
        (kms.encrypt, {"KeyId": "alias/home", "Plaintext": b"x"}),
        (kms.enable_key, {"KeyId": key}),
        (kms.disable_key, {"KeyId": key}),
        (kms.schedule_key_deletion, {"KeyId": key}),
        (kms.create_alias, {"TargetKeyId": key, "AliasName": "alias/other"}),
        (kms.tag_resource, {"KeyId": key, "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
    ):
        expected = ("KMSInvalidStateException", f"{key} is pending deletion.")
        assert refusal(call, **params) == expected
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_aws_managed_key_refuses_management(aws: Emulator, key: str) -> None:
    kms = aws.client("kms")
    of_aws = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert (of_aws["KeyManager"], of_aws["KeyState"]) == ("AWS", "Enabled")
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyManager"] == "CUSTOMER"
    named = {"KeyId": of_aws["Arn"]}
    for call, params in (
        (kms.schedule_key_deletion, {}),
        (kms.disable_key, {}),
        (kms.enable_key_rotation, {}),
        (kms.put_key_policy, {"PolicyName": "default", "Policy": document(OWNER)}),
        (kms.create_alias, {"AliasName": "alias/other"}),
    ):
        member = {"TargetKeyId": of_aws["Arn"]} if "AliasName" in params else named
        assert refusal(call, **member, **params)[0] == "AccessDeniedException"
    assert kms.describe_key(**named)["KeyMetadata"]["KeyState"] == "Enabled"
