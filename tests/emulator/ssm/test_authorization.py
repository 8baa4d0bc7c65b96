"""Policies of users for sessions and commands on a node: its ARN, its tags, the document."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import ACCOUNT, REGION, allow, refusal, refused
from tests.emulator.sessions.channels import SSH, node_of
from tests.emulator.sessions.policies import NODES, OWN, START, user

pytestmark = pytest.mark.usefixtures("role", "advanced")

SHELL = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]}}
COMMANDS = [
    allow("ssm:SendCommand", resource=NODES, **OWN),
    allow("ssm:SendCommand", resource="arn:aws:ssm:*::document/AWS-RunShellScript"),
]


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
def test_policies_that_allow_start_session(
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


def test_unknown_node_and_forbidden_node_have_the_same_error(aws: Emulator) -> None:
    ssm = user(aws, *START)
    missing = refusal(ssm.start_session, Target="mi-00000000000000000", **SSH)
    assert missing[0] == "AccessDeniedException"
    _, message = refusal(ssm.start_session, Target="i-00000000000000000", **SSH)
    assert f"resource: arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-00000000000000000 " in message


@pytest.mark.parametrize(
    ("owner", "params", "denied"),
    [
        ("alice", SHELL, None),
        ("bob", SHELL, "managed-instance"),
        ("alice", SHELL | {"DocumentName": "AWS-RunPowerShellScript"}, "document"),
    ],
)
def test_policies_that_allow_send_command(
    aws: Emulator, owner: str, params: dict[str, Any], denied: str | None
) -> None:
    ssm, node = user(aws, *COMMANDS), node_of(aws, owner)
    if denied is None:
        assert ssm.send_command(InstanceIds=[node], **params)["Command"]["CommandId"]
    else:
        refused("AccessDeniedException", denied, ssm.send_command, InstanceIds=[node], **params)
