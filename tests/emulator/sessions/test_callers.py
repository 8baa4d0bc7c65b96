"""Policies of users and role sessions for sessions and commands."""

from itertools import count
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    client_with,
    create_user,
    document,
    make_role,
    refusal,
)
from tests.emulator.sessions.channels import SSH, Channel, closed, echo, host, node_of

SHELL = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]}}
NODES = f"arn:aws:ssm:*:{ACCOUNT}:managed-instance/*"
OWN = {"StringEquals": {"ssm:resourceTag/SSHOwner": "alice"}}
CHECKED = {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}
START = [
    allow("ssm:StartSession", resource=NODES, **OWN, **CHECKED),
    allow("ssm:StartSession", resource="arn:aws:ssm:*::document/AWS-StartSSHSession", **CHECKED),
]
OPEN = allow("ssmmessages:OpenDataChannel", resource="arn:aws:ssm:*:*:session/${aws:userid}-*")
COMMANDS = [
    allow("ssm:SendCommand", resource=NODES, **OWN),
    allow("ssm:SendCommand", resource="arn:aws:ssm:*::document/AWS-RunShellScript"),
]
NUMBERS = count()
END = allow("ssm:TerminateSession", resource="arn:aws:ssm:*:*:session/${aws:username}-*")


def user(aws: Emulator, *statements: dict[str, Any]) -> Any:
    """The SSM client of a new user, user-NUMBER."""
    return client_with(aws, "ssm", create_user(aws, f"user-{next(NUMBERS)}", *statements))


@pytest.mark.parametrize(
    ("statements", "owner", "params", "denied"),
    [
        (START, "alice", SSH, None),
        (START, "bob", SSH, "managed-instance"),
        (START, "alice", {}, "document/SSM-SessionManagerRunShell"),
        (START, "alice", SSH | {"DocumentName": "AWS-StartPortForwardingSession"}, "document/AWS"),
        ([], "alice", SSH, "managed-instance"),
        ([allow("ssm:StartSession", resource=NODES)], "alice", SSH, "document/AWS-StartSSHSession"),
        ([allow("ssm:StartSession", resource=NODES)], "bob", {}, None),
        ([allow("ssm:StartSession")], "bob", SSH, None),
    ],
)
def test_start_session(
    aws: Emulator,
    statements: list[dict[str, Any]],
    owner: str,
    params: dict[str, Any],
    denied: str | None,
) -> None:
    ssm, node = user(aws, *statements), node_of(aws, owner)
    if denied is None:
        assert ssm.start_session(Target=node, **params)["SessionId"].startswith("user-")
        return
    code, message = refusal(ssm.start_session, Target=node, **params)
    assert code == "AccessDeniedException"
    assert f"is not authorized to perform: ssm:StartSession on resource: arn:aws:ssm:{REGION}:" in (
        message
    )
    assert denied in message
    assert message.endswith("because no identity-based policy allows the ssm:StartSession action")


def test_changed_tag_of_the_node(aws: Emulator) -> None:
    ssm, node = user(aws, *START), node_of(aws, "bob")
    assert refusal(ssm.start_session, Target=node, **SSH)[0] == "AccessDeniedException"
    aws.client("ssm").add_tags_to_resource(
        ResourceType="ManagedInstance",
        ResourceId=node,
        Tags=[{"Key": "SSHOwner", "Value": "alice"}],
    )
    assert ssm.start_session(Target=node, **SSH)["SessionId"]


def test_unknown_node_and_forbidden_node_have_the_same_error(aws: Emulator) -> None:
    ssm = user(aws, *START)
    missing = refusal(ssm.start_session, Target="mi-00000000000000000", **SSH)
    assert missing[0] == "AccessDeniedException"


@pytest.mark.parametrize("granted", [True, False])
def test_policies_for_the_data_channel(aws: Emulator, granted: bool) -> None:
    ssm, node = user(aws, *START, *([OPEN] if granted else [])), node_of(aws)
    with host(aws, node, echo):
        channel = Channel(ssm.start_session(Target=node, **SSH))
        if granted:
            channel.require_echo()
            channel.close()
        else:
            code, reason = closed(channel)
            assert code == 1003
            assert "ssmmessages:OpenDataChannel" in reason


def test_users_end_only_their_own_sessions(aws: Emulator) -> None:
    alice, bob = (
        client_with(aws, "ssm", create_user(aws, name, *START, END))
        for name in ("end-alice", "bob")
    )
    session = alice.start_session(Target=node_of(aws), **SSH)["SessionId"]
    code, message = refusal(bob.terminate_session, SessionId=session)
    assert code == "AccessDeniedException"
    assert message.endswith(
        f"ssm:TerminateSession on resource: arn:aws:ssm:{REGION}:{ACCOUNT}:session/{session} "
        "because no identity-based policy allows the ssm:TerminateSession action"
    )
    assert refusal(bob.resume_session, SessionId=session)[0] == "AccessDeniedException"
    alice.terminate_session(SessionId=session)


@pytest.mark.parametrize(
    ("owner", "params", "denied"),
    [
        ("alice", SHELL, None),
        ("bob", SHELL, "managed-instance"),
        ("alice", SHELL | {"DocumentName": "AWS-RunPowerShellScript"}, "document"),
    ],
)
def test_send_command(
    aws: Emulator,
    owner: str,
    params: dict[str, Any],
    denied: str | None,
) -> None:
    ssm, node = user(aws, *COMMANDS), node_of(aws, owner)
    if denied is None:
        assert ssm.send_command(InstanceIds=[node], **params)["Command"]["CommandId"]
    else:
        code, message = refusal(ssm.send_command, InstanceIds=[node], **params)
        assert (code, denied in message) == ("AccessDeniedException", True), message


def assumed(aws: Emulator, role: str, *allowed: dict[str, Any], **params: Any) -> dict[str, str]:
    """The credentials of a session, named alice, of a new role with these statements."""
    trusts = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}
    arn = make_role(aws, role, *allowed, trusts=trusts)
    key = create_user(aws, f"of-{role}", allow("sts:AssumeRole", resource=arn))
    sts = client_with(aws, "sts", key)
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="alice", **params)
    credentials: dict[str, str] = answer["Credentials"]
    return credentials


def test_role_session(aws: Emulator) -> None:
    ssm = client_with(aws, "ssm", assumed(aws, "developer", *START, OPEN))
    session = ssm.start_session(Target=node_of(aws), **SSH)
    assert session["SessionId"].startswith("alice-")
    _, message = refusal(ssm.start_session, Target=node_of(aws, "bob"), **SSH)
    assert f"User: arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice is not" in message
    (shown,) = aws.client("ssm").describe_sessions(
        State="Active", Filters=[{"key": "SessionId", "value": session["SessionId"]}]
    )["Sessions"]
    assert shown["Owner"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/alice"


def test_session_policy(aws: Emulator) -> None:
    everything = allow("*")
    narrow = document(allow("ssm:StartSession", resource="arn:aws:ssm:*::document/*"))
    ssm = client_with(aws, "ssm", assumed(aws, "narrowed", everything, Policy=narrow))
    assert refusal(ssm.start_session, Target=node_of(aws), **SSH)[0] == "AccessDeniedException"


def test_message_of_an_explicit_deny(aws: Emulator) -> None:
    deny = allow("ssm:StartSession", resource=NODES) | {"Effect": "Deny"}
    ssm = user(aws, allow("*"), deny)
    _, message = refusal(ssm.start_session, Target=node_of(aws), **SSH)
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_policies_of_groups(aws: Emulator) -> None:
    key, iam = create_user(aws, "member"), aws.client("iam")
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="member")
    ssm, node = client_with(aws, "ssm", key), node_of(aws)
    assert refusal(ssm.start_session, Target=node, **SSH)[0] == "AccessDeniedException"
    iam.put_group_policy(GroupName="team", PolicyName="all", PolicyDocument=document(*START))
    assert ssm.start_session(Target=node, **SSH)["SessionId"]
