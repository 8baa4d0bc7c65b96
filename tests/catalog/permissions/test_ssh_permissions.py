"""Users reach only their own nodes, and the agent in an app registers only with its user's name."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from catalog.permissions import ssh_permissions
from settings import Feature
from studio_emulator.iam.conditions import Context
from tests.catalog.permissions.user_policies import client_allows, role_allows

SSM = "arn:aws:ssm:us-east-1:123456789012"
NODE = f"{SSM}:managed-instance/mi-0123456789abcdef0"
OWN_SHELL = f"{SSM}:document/SSM-SessionManagerRunShell"
AWS_DOCUMENT = "arn:aws:ssm:us-east-1::document/AWS-Start{}"
SSH = AWS_DOCUMENT.format("SSHSession")
PORTS = AWS_DOCUMENT.format("PortForwardingSession")
ELSEWHERE = AWS_DOCUMENT.format("PortForwardingSessionToRemoteHost")
INSTANCE = "arn:aws:ec2:us-east-1:123456789012:instance/i-1"
OWNER = "ssm:resourceTag/SSHOwner"
SESSION_OF = "ssm:resourceTag/aws:ssmmessages:session-id"
ME = {"aws:userid": "AID:me"}


@pytest.mark.parametrize(
    ("action", "owner", "allowed"),
    [
        ("ssm:UpdateInstanceInformation", "alice", True),
        ("ssm:UpdateInstanceInformation", "bob", False),
        ("ssm:StartSession", "alice", False),
    ],
)
def test_actions_of_the_role_of_a_user_on_a_node(action: str, owner: str, allowed: bool) -> None:
    assert role_allows(action, NODE, {OWNER: owner}) is allowed


def starts(
    allows: Callable[[str, str, Context], bool], owner: str | None, document: str | None
) -> bool:
    """Whether IAM allows StartSession of Systems Manager for a node.

    With the check of the document, both node and document must be allowed. A request without a
    document skips the check, unless the policy requires it, and opens the account's shell
    (systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html).
    """
    node = ME if owner is None else {**ME, OWNER: owner}
    checked = {**node, "ssm:SessionDocumentAccessCheck": "true"}
    unchecked = {**node, "ssm:SessionDocumentAccessCheck": "false"}
    if document is None and allows("ssm:StartSession", NODE, unchecked):
        return True
    return allows("ssm:StartSession", NODE, checked) and allows(
        "ssm:StartSession", document or OWN_SHELL, checked
    )


def test_users_start_sessions_only_to_their_own_nodes() -> None:
    owners = ("alice", "bob", "Alice", "*", "AID:me", None)
    assert [one for one in owners if starts(client_allows, one, SSH)] == ["alice"]
    assert not [one for one in owners if starts(role_allows, one, SSH)]


@pytest.mark.parametrize(
    ("sessions", "documents"),
    [
        ({}, {SSH, PORTS}),
        ({"port_forwarding": False}, {SSH}),
        ({"root_shell": True}, {SSH, PORTS, OWN_SHELL, None}),
    ],
)
def test_port_forwarding_and_the_shell_allow_their_session_document(
    sessions: dict[str, Any], documents: set[str | None]
) -> None:
    """Without a document, Systems Manager opens the account's shell."""
    allows = partial(client_allows, **sessions)
    every = (SSH, PORTS, ELSEWHERE, OWN_SHELL, None)
    assert {one for one in every if starts(allows, "alice", one)} == documents
    assert not [one for one in every if starts(allows, "bob", one)]
    assert not [one for one in every if starts(role_allows, "alice", one)]


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("ssm:StartSession", INSTANCE, {OWNER: "alice"}, False),
        ("ssm:SendCommand", NODE, {OWNER: "alice"}, True),
        ("ssm:SendCommand", NODE, {OWNER: "bob"}, False),
        ("ssm:DeregisterManagedInstance", NODE, {OWNER: "alice"}, True),
        ("ssm:DeregisterManagedInstance", NODE, {OWNER: "bob"}, False),
        ("ssm:AddTagsToResource", NODE, {OWNER: "alice"}, False),
        ("ssm:RemoveTagsFromResource", NODE, {OWNER: "alice"}, False),
        ("ssm:UpdateManagedInstanceRole", NODE, {OWNER: "alice"}, False),
        ("ssmmessages:OpenDataChannel", f"{SSM}:session/AID:me-0abc", {}, True),
        ("ssmmessages:OpenDataChannel", f"{SSM}:session/AID:bob-0abc", {}, False),
        ("ssmmessages:OpenDataChannel", f"{SSM}:session/AID:me", {}, False),
        ("ssmmessages:OpenDataChannel", f"{SSM}:session/*", {}, False),
        ("ssm:TerminateSession", f"{SSM}:session/s-1", {SESSION_OF: "AID:me"}, True),
        ("ssm:TerminateSession", f"{SSM}:session/s-1", {SESSION_OF: "AID:bob"}, False),
    ],
)
def test_actions_of_a_user_on_nodes_and_sessions(
    action: str, resource: str, context: Context, allowed: bool
) -> None:
    context = {**ME, **context, "aws:RequestTag/SSHOwner": "alice"}
    assert client_allows(action, resource, context) is allowed


@pytest.mark.parametrize(
    ("user", "tags", "allowed"),
    [
        ("bob", {"aws:RequestTag/SSHOwner": "bob"}, True),
        ("bob", {"aws:RequestTag/SSHOwner": "alice"}, False),
        ("bob", {"aws:RequestTag/SSHOwner": "Bob"}, False),
        ("bob", {"aws:RequestTag/SSHCreator": "bob"}, False),
        ("bob", {}, False),
        ("alice", {"aws:RequestTag/SSHOwner": "alice"}, True),
    ],
)
def test_an_app_registers_only_with_the_name_of_its_user(
    user: str, tags: dict[str, str], allowed: bool
) -> None:
    assert role_allows("ssm:CreateActivation", "*", tags, user=user) is allowed
    forged = {**tags, OWNER: user}
    assert not role_allows("ssm:AddTagsToResource", NODE, forged, user=user)


@pytest.mark.parametrize(("owner", "allowed"), [("alice", True), ("bob", False), ("a*", False)])
def test_only_own_nodes_read_the_keys_that_a_user_writes(owner: str, allowed: bool) -> None:
    here, connect = {"aws:ResourceAccount": "123456789012"}, [Feature.CONNECT]
    bucket = "arn:aws:s3:::sagemaker-us-east-1-123456789012"
    key = f"{bucket}/ssh-authorized-keys/{owner}/key.pub"
    assert client_allows("s3:PutObject", key, here, features=connect) is allowed
    assert role_allows("s3:GetObject", key, here, features=connect) is allowed
    assert not client_allows("s3:PutObject", key, {"aws:ResourceAccount": "1"}, features=connect)


def test_only_old_agents_use_ec2messages() -> None:
    def prefixes(*, legacy_agent: bool) -> set[str]:
        statements = ssh_permissions.agent(legacy_agent=legacy_agent)
        return {a.partition(":")[0] for s in statements for a in s.actions}

    assert prefixes(legacy_agent=True) - prefixes(legacy_agent=False) == {"ec2messages"}
