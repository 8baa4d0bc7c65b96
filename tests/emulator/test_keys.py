"""KMS: key policies, also for CloudWatch Logs, key states, and AWS managed keys."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, document, grant, refusal

GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:studio"
ABSENT = "12345678-1234-1234-1234-123456789012"


def statement(principal: Any, action: str = "kms:*", **more: Any) -> dict[str, Any]:
    return grant(principal, action, Resource="*", **more)


OWNER = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
LOGS = {"Service": f"logs.{REGION}.amazonaws.com"}
OF_GROUP = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": GROUP}}
OF_ANOTHER = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"{GROUP}-2"}}


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
    ],
)
def test_key_policy_must_not_lock_out_the_caller(aws: Emulator, policy: str) -> None:
    kms = aws.client("kms")
    code, _ = refusal(kms.create_key, Policy=policy)
    assert (code, kms.list_keys()["Keys"]) == ("MalformedPolicyDocumentException", [])


def test_key_policies_that_allow_the_account(aws: Emulator) -> None:
    kms = aws.client("kms")
    for principal in ({"AWS": ACCOUNT}, "*", {"AWS": ["*"]}, OWNER["Principal"]):
        key = kms.create_key(Policy=document(statement(principal)))["KeyMetadata"]["KeyId"]
    code, message = refusal(
        kms.put_key_policy, KeyId=key, PolicyName="default", Policy=document(statement(LOGS))
    )
    assert (code, "update the key policy" in message) == ("MalformedPolicyDocumentException", True)
    kms.create_key(Policy=document(statement(LOGS)), BypassPolicyLockoutSafetyCheck=True)


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ([], True),
        ([statement({"Service": "s3.amazonaws.com"})], True),
        ([statement(LOGS, "kms:Decrypt")], True),
        ([statement(LOGS, Condition=OF_ANOTHER)], True),
        ([statement(LOGS)], False),
        ([statement(LOGS, Condition=OF_GROUP)], False),
    ],
)
def test_key_policy_must_allow_cloudwatch_logs(
    aws: Emulator, more: list[dict[str, Any]], refused: bool
) -> None:
    logs, kms = aws.client("logs"), aws.client("kms")
    key = kms.create_key(Policy=document(OWNER, *more))["KeyMetadata"]["Arn"]
    if refused:
        code, message = refusal(logs.create_log_group, logGroupName="studio", kmsKeyId=key)
        assert (code, GROUP in message) == ("AccessDeniedException", True)
        logs.create_log_group(logGroupName="studio")
        code, _ = refusal(logs.associate_kms_key, logGroupName="studio", kmsKeyId=key)
        assert code == "AccessDeniedException"
    else:
        logs.create_log_group(logGroupName="studio", kmsKeyId=key)


def test_log_group_with_unknown_key_or_invalid_retention(aws: Emulator) -> None:
    logs = aws.client("logs")
    absent = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{ABSENT}"
    code, _ = refusal(logs.create_log_group, logGroupName="studio", kmsKeyId=absent)
    assert code == "AccessDeniedException"
    logs.create_log_group(logGroupName="studio")
    put = logs.put_retention_policy
    assert refusal(put, logGroupName="studio", retentionInDays=8)[0] == "InvalidParameterException"


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


def test_key_pending_deletion(aws: Emulator, key: str) -> None:
    kms = aws.client("kms")
    assert refusal(kms.cancel_key_deletion, KeyId=key)[0] == "KMSInvalidStateException"
    code, message = refusal(kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=3)
    assert (code, "between 7 and 30" in message) == ("ValidationException", True)
    kms.encrypt(KeyId=key, Plaintext=b"x")
    answer = kms.schedule_key_deletion(KeyId=key.rpartition("/")[2], PendingWindowInDays=7)
    shown = (answer["KeyId"], answer["KeyState"], answer["PendingWindowInDays"])
    assert shown == (key, "PendingDeletion", 7)
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
    assert kms.cancel_key_deletion(KeyId=key)["KeyId"] == key
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        (
            "kms",
            "create_grant",
            {"KeyId": ABSENT, "GranteePrincipal": "arn:aws:iam::1:root", "Operations": ["Encrypt"]},
            "NotFoundException",
        ),
        ("kms", "list_grants", {"KeyId": ABSENT}, "NotFoundException"),
        (
            "efs",
            "put_file_system_policy",
            {"FileSystemId": "fs-12345678", "Policy": "{}"},
            "FileSystemNotFound",
        ),
        (
            "sagemaker",
            "list_tags",
            {"ResourceArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/absent"},
            "ValidationException",
        ),
    ],
)
def test_unknown_resources(
    aws: Emulator, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    assert refusal(getattr(aws.client(service), operation), **params)[0] == code


@pytest.mark.parametrize("name", ["alias/aws/s3", "alias/aws/of-nobody"])
def test_aws_alias_prefix_is_reserved(aws: Emulator, key: str, name: str) -> None:
    kms = aws.client("kms")
    listed = kms.list_aliases()["Aliases"]
    for call, params in (
        (kms.create_alias, {"AliasName": name, "TargetKeyId": key}),
        (kms.update_alias, {"AliasName": name, "TargetKeyId": key}),
        (kms.delete_alias, {"AliasName": name}),
    ):
        assert refusal(call, **params)[0] == "NotAuthorizedException"
    assert kms.list_aliases()["Aliases"] == listed


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
