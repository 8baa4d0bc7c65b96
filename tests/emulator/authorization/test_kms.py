"""The permissions of KMS's operations, key policies, and the use of keys by services."""

from typing import Any

import pytest

from studio_emulator.authorization import kms
from studio_emulator.call import Call
from studio_emulator.server import Emulator
from tests.emulator.authorization.conftest import required
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    client_with,
    code_of,
    create_key,
    create_user,
    document,
    grant,
)


@pytest.mark.parametrize(
    ("principal", "granted", "code"),
    [
        ("user/alice", False, ""),
        ("root", False, "AccessDeniedException"),
        ("root", True, ""),
        ("user/admin", True, "AccessDeniedException"),
    ],
)
def test_key_policy_must_allow_the_caller_or_the_account(
    aws: Emulator, principal: str, granted: bool, code: str
) -> None:
    aws.client("iam").create_user(UserName="admin")
    alice = create_user(aws, "alice", *([allow("kms:Encrypt")] if granted else []))
    named = {"AWS": f"arn:aws:iam::{ACCOUNT}:{principal}"}
    policy = document(grant(named, "kms:Encrypt", Resource="*"))
    key = aws.client("kms").create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    encrypt, asked = client_with(aws, "kms", alice).encrypt, {"KeyId": key["KeyMetadata"]["KeyId"]}
    assert code_of(encrypt, **asked, Plaintext=b"x") == code


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListKeys", {}, ["*"]),
        ("CreateKey", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}, ["*", "kms:TagResource *"]),
        (
            "ReEncrypt",
            {"SourceKeyId": "one", "DestinationKeyId": "two"},
            ["kms:ReEncryptFrom key/one", "kms:ReEncryptTo key/two"],
        ),
        (
            "CreateAlias",
            {"AliasName": "alias/home", "TargetKeyId": "one"},
            ["alias/home", "key/one"],
        ),
    ],
)
def test_resources(call: Call, operation: str, params: dict[str, Any], expected: list[str]) -> None:
    assert required(operation, kms.permissions(operation, params, call), call) == expected


def test_condition_keys(aws: Emulator, call: Call) -> None:
    key = create_key(aws, Tags=[{"TagKey": "team", "TagValue": "a"}])
    (used,) = kms.permissions("Encrypt", {"KeyId": key, "EncryptionContext": {"app": "x"}}, call)
    assert used.context == {
        "kms:CallerAccount": ACCOUNT,
        "aws:ResourceTag/team": "a",
        "kms:EncryptionContext:app": "x",
    }
    created, described = kms.grant(key, "ecr", call)
    for each in (created, described):
        assert each.context["kms:ViaService"] == f"ecr.{REGION}.amazonaws.com"
    assert created.context["kms:GrantIsForAWSResource"] is True
