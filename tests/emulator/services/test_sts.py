"""STS: AssumeRole, the caller's identity, and temporary keys."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator import samples
from tests.emulator.samples import (
    ACCOUNT,
    ROOT,
    allow,
    client_with,
    code_of,
    create_user,
    document,
    make_role,
    refusal,
)


@pytest.mark.parametrize(
    ("principal", "granted", "assumed"),
    [
        ("user/alice", False, True),
        ("root", True, True),
        ("root", False, False),
        ("user/bob", True, False),
        (None, True, False),
    ],
)
def test_assume_role_evaluates_trust_and_caller_policies(
    aws: Emulator, principal: str | None, granted: bool, assumed: bool
) -> None:
    iam, arn = aws.client("iam"), f"arn:aws:iam::{ACCOUNT}:role/ops"
    iam.create_user(UserName="bob")
    own = [allow("sts:AssumeRole", resource=arn)] if granted else []
    sts = client_with(aws, "sts", create_user(aws, "alice", *own))
    if principal is not None:
        named = {"AWS": f"arn:aws:iam::{ACCOUNT}:{principal}"}
        trusting = document(samples.grant(named, "sts:AssumeRole"))
        iam.create_role(RoleName="ops", AssumeRolePolicyDocument=trusting)
    if assumed:
        session = sts.assume_role(RoleArn=arn, RoleSessionName="me")["AssumedRoleUser"]["Arn"]
        assert session == f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/me"
    else:
        assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me") == (
            "AccessDenied",
            f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: "
            f"sts:AssumeRole on resource: {arn}",
        )


def test_external_id_of_a_trust_policy(aws: Emulator) -> None:
    trusting = samples.grant(ROOT, "sts:AssumeRole")
    condition = {"StringEquals": {"sts:ExternalId": "team"}}
    arn = make_role(aws, "ops", trusts=trusting | {"Condition": condition})
    sts = client_with(aws, "sts", create_user(aws, "alice", allow("sts:AssumeRole")))
    asked = {"RoleArn": arn, "RoleSessionName": "me"}
    assert code_of(sts.assume_role, **asked, ExternalId="other") == "AccessDenied"
    assert sts.assume_role(**asked, ExternalId="team")["Credentials"]


@pytest.mark.parametrize("chained", ["assume_role", "get_session_token", None])
def test_duration_seconds_exceed_neither_the_roles_maximum_nor_an_hour_of_chaining(
    aws: Emulator, chained: str | None
) -> None:
    arn = make_role(aws, "ops", allow("*"), trusts=samples.grant(ROOT, "sts:AssumeRole"))
    asked = {"RoleArn": arn, "RoleSessionName": "me"}
    sts = client_with(aws, "sts", create_user(aws, "alice", allow("sts:AssumeRole")))
    if chained is not None:
        answer = getattr(sts, chained)(**(asked if chained == "assume_role" else {}))
        sts = client_with(aws, "sts", answer["Credentials"])
    words = "1 hour session limit for roles assumed by role chaining"
    for maximum in (3600, 7200):
        aws.client("iam").update_role(RoleName="ops", MaxSessionDuration=maximum)
        longest = 3600 if chained else maximum
        assert sts.assume_role(**asked, DurationSeconds=longest)["Credentials"]
        code, message = refusal(sts.assume_role, **asked, DurationSeconds=longest + 1)
        assert code == "ValidationError"
        assert (words if chained else "MaxSessionDuration set for this role") in message


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"RoleArn": "no ARN of any role at all"}, "ValidationError"),
        ({"Policy": "{"}, "MalformedPolicyDocument"),
        ({"Policy": document(allow(StringLiek={}))}, "MalformedPolicyDocument"),
        ({"Policy": document(allow("x:" + "x" * 2048))}, "ValidationError"),
        ({"TokenCode": "123456", "SerialNumber": "GAHT12345678"}, "AccessDenied"),
    ],
)
def test_invalid_arns_session_policies_and_mfa_codes_are_refused(
    aws: Emulator, params: dict[str, str], code: str
) -> None:
    arn = make_role(aws, "ops", trusts=samples.grant(ROOT, "sts:AssumeRole"))
    sts = client_with(aws, "sts", create_user(aws, "alice", allow("sts:AssumeRole")))
    asked = {"RoleArn": arn, "RoleSessionName": "me"} | params
    assert code_of(sts.assume_role, **asked) == code


def test_root_cannot_assume_a_role(aws: Emulator) -> None:
    arn = make_role(aws, "ops", trusts=samples.grant({"AWS": ACCOUNT}, "sts:AssumeRole"))
    _, message = refusal(aws.client("sts").assume_role, RoleArn=arn, RoleSessionName="me")
    assert message == "Roles may not be assumed by root accounts."


def identity(aws: Emulator, keys: Any) -> tuple[str, str, str]:
    caller = client_with(aws, "sts", keys).get_caller_identity()
    return caller["Arn"], caller["UserId"], caller["Account"]


def test_unknown_access_key_belongs_to_root(aws: Emulator) -> None:
    sts = aws.client("sts")
    caller = sts.get_caller_identity()
    root = (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, ACCOUNT)
    assert (caller["Arn"], caller["UserId"], caller["Account"]) == root
    keys = sts.get_session_token()["Credentials"]
    assert identity(aws, keys) == root
    assert keys["AccessKeyId"].startswith("ASIA")


def test_duration_of_a_session_token_is_12_hours_or_as_asked_and_an_hour_of_root(
    aws: Emulator,
) -> None:
    root, user = aws.client("sts"), client_with(aws, "sts", create_user(aws, "alice"))
    twice = {"DurationSeconds": 7200}
    for sts, asked, hours in ((user, {}, 12), (user, twice, 2), (root, {}, 1), (root, twice, 1)):
        left = sts.get_session_token(**asked)["Credentials"]["Expiration"] - datetime.now(UTC)
        assert timedelta(hours=hours, minutes=-1) < left <= timedelta(hours=hours)


def test_arn_of_root_has_the_partition_of_the_region(aws: Emulator) -> None:
    caller = aws.client("sts", region="us-gov-west-1").get_caller_identity()
    assert caller["Arn"] == f"arn:aws-us-gov:iam::{ACCOUNT}:root"


def test_session_token_of_a_user(aws: Emulator) -> None:
    sts = client_with(aws, "sts", create_user(aws, "alice"))
    user = aws.client("iam").get_user(UserName="alice")["User"]
    temporary = [sts.get_session_token()["Credentials"] for _ in range(2)]
    assert temporary[0]["AccessKeyId"] != temporary[1]["AccessKeyId"]
    assert identity(aws, temporary[0]) == (user["Arn"], user["UserId"], ACCOUNT)
    again = client_with(aws, "sts", temporary[0]).get_session_token
    assert code_of(again) == "AccessDenied"


def test_session_token_and_federated_user_do_not_bypass_mfa_and_policies(aws: Emulator) -> None:
    sts = client_with(aws, "sts", create_user(aws, "alice", allow("*")))
    iam = client_with(aws, "iam", sts.get_session_token()["Credentials"])
    assert code_of(iam.list_users) == "InvalidClientTokenId"
    mfa = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/alice", "TokenCode": "123456"}
    assert code_of(sts.get_session_token, **mfa) == "AccessDenied"
    assert code_of(sts.get_federation_token, Name="bob") == "InvalidAction"


def test_tokens_of_identity_providers_are_refused(aws: Emulator) -> None:
    sts, role = aws.client("sts"), {"RoleArn": make_role(aws, "pipeline")}
    provider = {"PrincipalArn": f"arn:aws:iam::{ACCOUNT}:saml-provider/team"}
    for call, params in (
        (
            sts.assume_role_with_web_identity,
            {"RoleSessionName": "ci", "WebIdentityToken": "made-up"},
        ),
        (sts.assume_role_with_saml, {**provider, "SAMLAssertion": "made-up"}),
    ):
        assert code_of(call, **role, **params) == "InvalidIdentityToken"
