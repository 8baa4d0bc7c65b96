"""KMS: key policies, grants, aliases, rotation and deletion."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, ROOT, code_of, create_key, document, make_role, refused
from tests.emulator.services.key_policies import LOGS, OWNER, statement

ABSENT = "12345678-1234-1234-1234-123456789012"


@pytest.mark.parametrize(
    "policy",
    [
        "no JSON",
        "[]",
        "{}",
        document(statement(LOGS)),
        document(statement({"AWS": "arn:aws:iam::210987654321:root"})),
        document({**OWNER, "Action": "kms:Decrypt"}),
        document(OWNER, {**OWNER, "Effect": "Deny", "Action": "kms:Put*"}),
        document(OWNER, {**OWNER, "Condition": {"NotStringEquals": {"aws:userid": "a"}}}),
    ],
)
def test_key_policy_must_be_valid_and_not_lock_out_the_caller(aws: Emulator, policy: str) -> None:
    kms = aws.client("kms")
    assert code_of(kms.create_key, Policy=policy) == "MalformedPolicyDocumentException"
    assert kms.list_keys()["Keys"] == []


def test_key_policies_that_allow_the_account(aws: Emulator) -> None:
    kms = aws.client("kms")
    for principal in ({"AWS": ACCOUNT}, "*", {"AWS": ["*"]}, OWNER["Principal"]):
        key = kms.create_key(Policy=document(statement(principal)))["KeyMetadata"]["KeyId"]
    put = {"KeyId": key, "PolicyName": "default", "Policy": document(statement(LOGS))}
    words = "update the key policy"
    refused("MalformedPolicyDocumentException", words, kms.put_key_policy, **put)
    kms.create_key(Policy=document(statement(LOGS)), BypassPolicyLockoutSafetyCheck=True)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        (
            "create_grant",
            {"KeyId": ABSENT, "GranteePrincipal": ROOT["AWS"], "Operations": ["Encrypt"]},
        ),
        ("list_grants", {"KeyId": ABSENT}),
        ("describe_key", {"KeyId": "arn:"}),
        ("describe_key", {"KeyId": "arn:aws"}),
        ("describe_key", {"KeyId": "arn:aws:kms"}),
    ],
)
def test_unknown_keys(aws: Emulator, operation: str, params: dict[str, Any]) -> None:
    assert code_of(getattr(aws.client("kms"), operation), **params) == "NotFoundException"


@pytest.mark.parametrize("name", ["alias/aws/s3", "alias/aws/of-nobody"])
def test_aws_alias_prefix_is_reserved(aws: Emulator, name: str) -> None:
    kms = aws.client("kms")
    listed = kms.list_aliases()["Aliases"]
    key = create_key(aws)
    for call, params in (
        (kms.create_alias, {"AliasName": name, "TargetKeyId": key}),
        (kms.update_alias, {"AliasName": name, "TargetKeyId": key}),
        (kms.delete_alias, {"AliasName": name}),
    ):
        assert code_of(call, **params) == "NotAuthorizedException"
    assert kms.list_aliases()["Aliases"] == listed


def test_create_grant_checks_operations_and_names(aws: Emulator) -> None:
    kms = aws.client("kms")
    role = make_role(aws, "studio")
    grant = {"KeyId": create_key(aws), "GranteePrincipal": role, "Operations": ["Decrypt"]}
    assert code_of(kms.create_grant, **grant | {"Operations": ["Sign"]}) == "ValidationException"
    first, again, other = (
        kms.create_grant(**grant, Name=name)["GrantId"] for name in ("a", "a", "b")
    )
    assert (first == again, first == other) == (True, False)
    assert kms.create_grant(**grant)["GrantId"] != kms.create_grant(**grant)["GrantId"]
    narrow = {"Constraints": {"EncryptionContextEquals": {"team": "a"}}}
    assert kms.create_grant(**grant, **narrow, Name="a")["GrantId"] != first
    retiring = {"RetiringPrincipal": f"{role}-absent"}
    assert code_of(kms.create_grant, **grant, **retiring) == "InvalidArnException"


def test_retired_grant_must_exist(aws: Emulator) -> None:
    retire, key = aws.client("kms").retire_grant, create_key(aws)
    assert code_of(retire) == "ValidationException"
    assert code_of(retire, GrantToken="made-up") == "InvalidGrantTokenException"
    assert code_of(retire, KeyId=key, GrantId="made-up") == "InvalidGrantIdException"


def test_key_spec_determines_the_operations(aws: Emulator) -> None:
    kms = aws.client("kms")
    assert code_of(kms.create_key, KeySpec="RSA_2048") == "ValidationException"
    assert code_of(kms.create_key, KeyUsage="SIGN_VERIFY") == "ValidationException"
    signing = create_key(aws, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    assert kms.get_public_key(KeyId=signing)["KeyId"].startswith("arn:aws:kms:")
    assert code_of(kms.enable_key_rotation, KeyId=signing) == "UnsupportedOperationException"
    mine, other = create_key(aws), create_key(aws)
    kms.enable_key_rotation(KeyId=mine)
    blob = kms.encrypt(KeyId=mine, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, KeyId=mine)["Plaintext"] == b"x"
    assert code_of(kms.decrypt, CiphertextBlob=blob, KeyId=other) == "IncorrectKeyException"


def test_rotation_period(aws: Emulator) -> None:
    kms, key = aws.client("kms"), create_key(aws)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=91)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 91
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.disable_key_rotation(KeyId=key)
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)


def test_deletion_waits_7_to_30_days(aws: Emulator) -> None:
    schedule = aws.client("kms").schedule_key_deletion
    for days in (6, 31):
        asked = {"KeyId": create_key(aws), "PendingWindowInDays": days}
        refused("ValidationException", "between 7 and 30", schedule, **asked)
    for days in (7, 30):
        deleted = schedule(KeyId=create_key(aws), PendingWindowInDays=days)
        assert deleted["PendingWindowInDays"] == days
    assert schedule(KeyId=create_key(aws))["PendingWindowInDays"] == 30


@pytest.mark.parametrize("keys", [["aws:team"], ["team", "team"]])
def test_invalid_tags_of_a_key(aws: Emulator, keys: list[str]) -> None:
    kms, tags = aws.client("kms"), [{"TagKey": key, "TagValue": "x"} for key in keys]
    assert code_of(kms.create_key, Tags=tags) == "TagException"
    assert code_of(kms.tag_resource, KeyId=create_key(aws), Tags=tags) == "TagException"


def test_key_shows_its_default_usage_and_that_it_is_regional(aws: Emulator) -> None:
    kms = aws.client("kms")
    made = kms.create_key()["KeyMetadata"]
    for shown in (made, kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]):
        assert (shown["KeyUsage"], shown["MultiRegion"]) == ("ENCRYPT_DECRYPT", False)


def test_key_policy_has_at_most_32_kilobytes(aws: Emulator) -> None:
    kms, key = aws.client("kms"), create_key(aws)
    size = 32_768 - len(document(OWNER | {"Sid": ""}))
    longest, longer = (document(OWNER | {"Sid": "x" * (size + more)}) for more in (0, 1))
    put = {"KeyId": key, "PolicyName": "default"}
    kms.put_key_policy(**put, Policy=longest)
    assert code_of(kms.put_key_policy, **put, Policy=longer) == "LimitExceededException"


def test_alias_is_not_moved_to_a_key_of_another_type(aws: Emulator) -> None:
    kms = aws.client("kms")
    kms.create_alias(AliasName="alias/home", TargetKeyId=create_key(aws))
    signing = create_key(aws, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    update = {"AliasName": "alias/home"}
    assert code_of(kms.update_alias, **update, TargetKeyId=signing) == "ValidationException"
    kms.update_alias(**update, TargetKeyId=create_key(aws))
