"""Callers: users with their groups, and role sessions with their policies."""

import time
from typing import Any

import pytest

from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    allow,
    client_with,
    code_of,
    create_user,
    document,
    grant,
    make_role,
    refusal,
    refused,
    refused_once,
)
from tests.emulator.sessions.channels import SSH, advanced, node_of
from tests.emulator.sessions.policies import OPEN, START


def assumed(aws: Emulator, role: str, *allowed: dict[str, Any], **params: Any) -> dict[str, str]:
    """The credentials of a session, named alice, of a new role with these statements."""
    trusts = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}
    arn = make_role(aws, role, *allowed, trusts=trusts)
    key = create_user(aws, f"of-{role}", allow("sts:AssumeRole", resource=arn))
    sts = client_with(aws, "sts", key)
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="alice", **params)
    return dict(answer["Credentials"])


def test_role_session(aws: Emulator) -> None:
    advanced(aws)
    ssm = client_with(aws, "ssm", assumed(aws, "developer", *START, OPEN))
    session = ssm.start_session(Target=node_of(aws), **SSH)
    assert session["SessionId"].startswith("alice-")
    _, message = refusal(ssm.start_session, Target=node_of(aws, "bob"), **SSH)
    assert f"User: arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice is not" in message
    (shown,) = aws.client("ssm").describe_sessions(
        State="Active", Filters=[{"key": "SessionId", "value": session["SessionId"]}]
    )["Sessions"]
    assert shown["Owner"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice"


@pytest.mark.parametrize("managed", [False, True])
def test_session_policies(aws: Emulator, managed: bool) -> None:
    narrow: Any = {"Policy": document(allow("iam:GetUser"))}
    if managed:
        made = aws.client("iam").create_policy(PolicyName="narrow", PolicyDocument=narrow["Policy"])
        narrow = {"PolicyArns": [{"arn": made["Policy"]["Arn"]}]}
    iam = client_with(aws, "iam", assumed(aws, "narrowed", allow("iam:*"), **narrow))
    assert code_of(iam.list_users) == "AccessDenied"
    assert iam.get_user(UserName="of-narrowed")["User"]


@pytest.mark.parametrize(
    ("needed", "params", "condition"),
    [
        (
            "sts:TagSession",
            {"Tags": [{"Key": "team", "Value": "red"}]},
            {"aws:PrincipalTag/team": "red"},
        ),
        ("sts:SetSourceIdentity", {"SourceIdentity": "alice"}, {"aws:SourceIdentity": "alice"}),
    ],
)
def test_session_tags_and_source_identity_need_permission_and_are_condition_keys(
    aws: Emulator, needed: str, params: dict[str, Any], condition: dict[str, str]
) -> None:
    of_role = allow("iam:GetUser", StringEquals=condition)
    for trusted, granted in ((False, True), (True, False), (True, True)):
        name = f"role-{trusted}-{granted}"
        actions = ["sts:AssumeRole", *([needed] if trusted else [])]
        trusting = {"Effect": "Allow", "Action": actions, "Principal": {"AWS": ACCOUNT}}
        arn = make_role(aws, name, of_role, trusts=trusting)
        user = f"of-{name}"
        key = create_user(aws, user, allow("sts:AssumeRole", *([needed] if granted else [])))
        assume = client_with(aws, "sts", key).assume_role
        asked = {"RoleArn": arn, "RoleSessionName": "alice"}
        if trusted and granted:
            session = client_with(aws, "iam", assume(**asked, **params)["Credentials"])
            assert session.get_user(UserName=user)["User"]
            plain = client_with(aws, "iam", assume(**asked)["Credentials"])
            assert code_of(plain.get_user, UserName=user) == "AccessDenied"
        else:
            refused("AccessDenied", f"perform: {needed} on", assume, **asked, **params)


def test_temporary_keys_expire(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    key = create_user(aws, "alice")
    token = client_with(aws, "sts", key).get_session_token(DurationSeconds=1800)["Credentials"]
    role = assumed(aws, "developer", DurationSeconds=900)
    for passed, expired in ((890, []), (910, [role]), (1810, [role, token])):
        monkeypatch.setattr(Clock, "now", lambda _, passed=passed: time.time() + passed)
        for keys in (key, token, role):
            call = client_with(aws, "sts", keys).get_caller_identity
            assert code_of(call) == ("ExpiredToken" if keys in expired else "")


@pytest.mark.parametrize(
    ("named", "limited_to", "allowed"),
    [
        ("role/developer", None, True),
        ("role/developer", allow("logs:*"), False),
        ("role/developer", allow("s3:*"), True),
        ("assumed-role/developer/alice", allow("logs:*"), True),
        ("assumed-role/developer/alice", allow("s3:*") | {"Effect": "Deny"}, False),
    ],
)
@pytest.mark.parametrize("by", ["boundary", "session"])
def test_boundaries_and_session_policies_limit_what_a_resources_policy_allows(
    aws: Emulator, by: str, named: str, limited_to: dict[str, Any] | None, allowed: bool
) -> None:
    s3, iam = aws.client("s3"), aws.client("iam")
    s3.create_bucket(Bucket="team-data")
    session = {} if limited_to is None or by == "boundary" else {"Policy": document(limited_to)}
    call = client_with(aws, "s3", assumed(aws, "developer", **session)).list_objects_v2
    if limited_to is not None and by == "boundary":
        made = iam.create_policy(PolicyName="bound", PolicyDocument=document(limited_to))
        boundary = {"PermissionsBoundary": made["Policy"]["Arn"]}
        iam.put_role_permissions_boundary(RoleName="developer", **boundary)
    service = "sts" if named.startswith("assumed") else "iam"
    who = {"AWS": f"arn:aws:{service}::{ACCOUNT}:{named}"}
    granted = grant(who, "s3:ListBucket", Resource="arn:aws:s3:::team-data")
    s3.put_bucket_policy(Bucket="team-data", Policy=document(granted))
    assert code_of(call, Bucket="team-data") == ("" if allowed else "AccessDenied")


_PAST, _FUTURE = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("operator", "key", "value", "of_user", "of_role"),
    [
        ("Bool", "aws:ViaAWSService", "false", True, True),
        ("Bool", "aws:PrincipalIsAWSService", "false", True, True),
        ("StringEquals", "aws:PrincipalType", "User", True, False),
        ("StringEquals", "aws:PrincipalType", "AssumedRole", False, True),
        ("Bool", "aws:MultiFactorAuthPresent", "false", False, True),
        ("DateGreaterThan", "aws:CurrentTime", _PAST, True, True),
        ("NumericGreaterThan", "aws:EpochTime", "1600000000", True, True),
        ("DateLessThan", "aws:TokenIssueTime", _FUTURE, False, True),
        ("DateLessThan", "aws:TokenIssueTime", _PAST, False, False),
    ],
)
def test_condition_keys_of_every_request(
    aws: Emulator, operator: str, key: str, value: str, of_user: bool, of_role: bool
) -> None:
    deny = allow("*") | {"Effect": "Deny", "Condition": {operator: {key: value}}}
    user = create_user(aws, "alice", allow("*"), deny)
    role = assumed(aws, "developer", allow("*"), deny)
    for keys, denied in ((user, of_user), (role, of_role)):
        for service, call, code in (
            ("ec2", "describe_vpcs", "UnauthorizedOperation"),
            ("ssm", "terminate_session", "AccessDeniedException"),
        ):
            found = getattr(client_with(aws, service, keys), call)
            params = {"SessionId": "alice-1"} if service == "ssm" else {}
            assert code_of(found, **params) == (code if denied else "")


def test_keys_of_the_caller_in_the_policy_of_a_bucket(aws: Emulator) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="team-data")
    keys = create_user(aws, "alice", allow("s3:*"))
    deny = allow("s3:*", resource="arn:aws:s3:::team-data")
    deny |= {"Effect": "Deny", "Principal": "*"}
    for name, denied in (("alice", True), ("bob", False)):
        condition = {"Condition": {"StringEquals": {"aws:username": name}}}
        s3.put_bucket_policy(Bucket="team-data", Policy=document(deny | condition))
        call = client_with(aws, "s3", keys).list_objects_v2
        assert code_of(call, Bucket="team-data") == ("AccessDenied" if denied else "")


@pytest.mark.parametrize(
    ("service", "operation", "refused"),
    [
        ("sts", "get_caller_identity", ("InvalidClientTokenId", 403)),
        ("ec2", "describe_vpcs", ("AuthFailure", 401)),
        ("s3", "list_buckets", ("InvalidAccessKeyId", 403)),
        ("ssm", "describe_activations", ("UnrecognizedClientException", 400)),
        ("efs", "describe_file_systems", ("UnrecognizedClientException", 403)),
    ],
)
def test_inactive_and_deleted_keys_are_refused(
    aws: Emulator, service: str, operation: str, refused: tuple[str, int]
) -> None:
    key, iam = create_user(aws, "alice", allow("*")), aws.client("iam")
    named = {"UserName": "alice", "AccessKeyId": key["AccessKeyId"]}
    token = client_with(aws, "sts", key).get_session_token()["Credentials"]
    call, with_token = (getattr(client_with(aws, service, k), operation) for k in (key, token))
    iam.update_access_key(**named, Status="Inactive")
    assert refused_once(call) == refused
    iam.update_access_key(**named, Status="Active")
    assert call()
    iam.delete_access_key(**named)
    assert refused_once(call) == refused
    assert refused_once(with_token) == refused


def test_sessions_of_a_deleted_role_and_keys_of_a_former_account_are_refused(aws: Emulator) -> None:
    role, iam = assumed(aws, "developer", allow("*")), aws.client("iam")
    token = aws.client("sts").get_session_token()["Credentials"]
    iam.delete_role_policy(RoleName="developer", PolicyName="all")
    iam.delete_role(RoleName="developer")
    call = client_with(aws, "sts", role).get_caller_identity
    assert refused_once(call) == ("InvalidClientTokenId", 403)
    aws.reset()
    for keys in (role, token):
        call = client_with(aws, "sts", keys).get_caller_identity
        assert refused_once(call) == ("InvalidClientTokenId", 403)


def test_permissions_boundary_of_a_user(aws: Emulator) -> None:
    iam = aws.client("iam")
    made = iam.create_policy(PolicyName="bound", PolicyDocument=document(allow("logs:*")))
    boundary = {"PermissionsBoundary": made["Policy"]["Arn"]}
    for name, at_once in (("alice", boundary), ("bob", {})):
        shown = iam.create_user(UserName=name, **at_once)["User"].get("PermissionsBoundary", {})
        assert shown.get("PermissionsBoundaryArn") == at_once.get("PermissionsBoundary")
        iam.put_user_permissions_boundary(UserName=name, **boundary)
        policy = document(allow("s3:*", "logs:*"))
        iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        s3, logs = (client_with(aws, service, key) for service in ("s3", "logs"))
        assert logs.describe_log_groups()["logGroups"] == []
        assert code_of(s3.list_buckets) == "AccessDenied"
        of_user = iam.get_user(UserName=name)["User"]["PermissionsBoundary"]
        assert of_user["PermissionsBoundaryArn"] == boundary["PermissionsBoundary"]
        assert code_of(iam.delete_policy, PolicyArn=made["Policy"]["Arn"]) == "DeleteConflict"
        iam.delete_user_permissions_boundary(UserName=name)
        assert s3.list_buckets()["Buckets"] == []
    iam.delete_policy(PolicyArn=made["Policy"]["Arn"])


def test_policies_of_groups(aws: Emulator) -> None:
    key, iam = create_user(aws, "member"), aws.client("iam")
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="member")
    logs = client_with(aws, "logs", key)
    assert code_of(logs.describe_log_groups) == "AccessDeniedException"
    policy = document(allow("logs:DescribeLogGroups"))
    iam.put_group_policy(GroupName="team", PolicyName="all", PolicyDocument=policy)
    assert logs.describe_log_groups()["logGroups"] == []
