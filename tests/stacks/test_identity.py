"""IAM's evaluation of the synthesized policies of users and their roles."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cdktf import Testing

from catalog.names import Feature
from settings import Settings
from stacks.role import RoleStack
from studio_emulator.iam.conditions import Context
from studio_emulator.iam.policy import Statement, applying, decide, statements
from tests.fixtures import SettingsBuilder, Synth, once

ACCOUNT = "123456789012"
SM = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}"
SSM = f"arn:aws:ssm:us-east-1:{ACCOUNT}"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
NODE = f"{SSM}:managed-instance/mi-0123456789abcdef0"
SPACE = f"{SM}:space/d-1/{{}}"
AWS_DOCUMENT = "arn:aws:ssm:us-east-1::document/{}"
OWN_SHELL = f"{SSM}:document/SSM-SessionManagerRunShell"

Policies = Mapping[str, list[Statement]]
Deployed = Callable[..., Policies]


@pytest.fixture(scope="module")
def deployed(settings: SettingsBuilder, synth: Synth) -> Deployed:
    """The policies of each user with all features: NAME-client for the user, NAME-role for apps."""

    @once
    def build(**sections: Any) -> Policies:
        chosen = settings(**{"features": list(Feature), **sections})
        return policies(synth(RoleStack(Testing.app(), "role", settings=chosen)), chosen)

    return build


def policies(template: dict[str, Any], settings: Settings) -> Policies:
    resources = template["resource"]
    managed = {
        f"${{aws_iam_policy.{id_}.arn}}": statements(_as_in_aws(policy["policy"]))
        for id_, policy in resources["aws_iam_policy"].items()
    }
    found = {}
    for user in settings.users:
        client = template["output"]["client_policy_arns"]["value"][user]
        found[f"{user}-client"] = managed[client]
        (role,) = [
            f"${{aws_iam_role.{id_}.name}}"
            for id_, role in resources["aws_iam_role"].items()
            if role["name"] == f"studio-user-{user}"
        ]
        (own,) = [
            statements(_as_in_aws(policy["policy"]))
            for policy in resources["aws_iam_role_policy"].values()
            if policy["role"] == role
        ]
        attached = [
            statement
            for attachment in resources["aws_iam_role_policy_attachment"].values()
            if attachment["role"] == role
            for statement in managed[attachment["policy_arn"]]
        ]
        found[f"{user}-role"] = own + attached
    return found


def _as_in_aws(document: str) -> str:
    """The document that Terraform sends, with evaluated expressions and IAM policy variables."""
    account = "${data.aws_caller_identity.caller.account_id}"
    filled = re.sub(r"\$\{aws_kms_key\.\w+\.arn\}", KEY, document.replace(account, ACCOUNT))
    assert not re.search(r"(?<!\$)\$\{", filled)
    return filled.replace("$${", "${")


def allows(
    policy: list[Statement], action: str, resource: str, context: Context | None = None
) -> bool:
    return decide(applying(policy, action, resource, context or {}))


def session(policy: list[Statement], owner: str | None, document: str | None) -> bool:
    """Whether IAM allows StartSession of Systems Manager for a node.

    With the check of the document, both node and document must be allowed. A request without a
    document skips the check, unless the policy requires it, and opens the account's shell
    (systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html).
    """
    node: dict[str, str] = {"aws:userid": "AID:me"}
    if owner is not None:
        node["ssm:resourceTag/SSHOwner"] = owner
    checked = {**node, "ssm:SessionDocumentAccessCheck": "true"}
    unchecked = {**node, "ssm:SessionDocumentAccessCheck": "false"}
    if document is None and allows(policy, "ssm:StartSession", NODE, unchecked):
        return True
    return allows(policy, "ssm:StartSession", NODE, checked) and allows(
        policy, "ssm:StartSession", document or OWN_SHELL, checked
    )


SSH = AWS_DOCUMENT.format("AWS-StartSSHSession")
PORTS = AWS_DOCUMENT.format("AWS-StartPortForwardingSession")
ELSEWHERE = AWS_DOCUMENT.format("AWS-StartPortForwardingSessionToRemoteHost")


@pytest.mark.parametrize(
    ("role", "owner", "document", "allowed"),
    [
        ({}, "alice", SSH, True),
        ({}, "bob", SSH, False),
        ({}, "Alice", SSH, False),
        ({}, "*", SSH, False),
        ({}, "AID:me", SSH, False),
        ({}, None, SSH, False),
        ({}, "alice", None, False),
        ({}, "alice", OWN_SHELL, False),
        ({}, "alice", ELSEWHERE, False),
        ({}, "alice", PORTS, True),
        ({"port_forwarding": False}, "alice", PORTS, False),
        ({"port_forwarding": False}, "alice", SSH, True),
        ({"shell": True}, "alice", OWN_SHELL, True),
        ({"shell": True}, "alice", None, True),
        ({"shell": True}, "bob", None, False),
        ({"shell": True}, "bob", OWN_SHELL, False),
    ],
)
def test_users_start_sessions_only_to_their_own_nodes(
    deployed: Deployed, role: dict[str, bool], owner: str | None, document: str, allowed: bool
) -> None:
    found = deployed(role=role)
    assert session(found["alice-client"], owner, document) is allowed
    assert not session(found["alice-role"], owner, document)


@pytest.mark.parametrize(
    ("action", "owner", "allowed"),
    [
        ("ssm:SendCommand", "alice", True),
        ("ssm:SendCommand", "bob", False),
        ("ssm:DeregisterManagedInstance", "alice", True),
        ("ssm:DeregisterManagedInstance", "bob", False),
        ("ssm:AddTagsToResource", "alice", False),
        ("ssm:RemoveTagsFromResource", "alice", False),
        ("ssm:UpdateManagedInstanceRole", "alice", False),
    ],
)
def test_actions_of_a_user_on_a_node(
    deployed: Deployed, action: str, owner: str, allowed: bool
) -> None:
    context = {"ssm:resourceTag/SSHOwner": owner, "aws:RequestTag/SSHOwner": "alice"}
    assert allows(deployed()["alice-client"], action, NODE, context) is allowed


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
    deployed: Deployed, user: str, tags: dict[str, str], allowed: bool
) -> None:
    role = deployed()[f"{user}-role"]
    assert allows(role, "ssm:CreateActivation", "*", tags) is allowed
    forged = {**tags, "ssm:resourceTag/SSHOwner": user}
    assert not allows(role, "ssm:AddTagsToResource", NODE, forged)


def space_of(owner: str, sharing: str = "Private") -> dict[str, str]:
    """The condition keys of a request for a space from outside Studio."""
    return {
        "sagemaker:OwnerUserProfileArn": f"{SM}:user-profile/d-1/{owner}",
        "sagemaker:SpaceSharingType": sharing,
    }


OWN, THEIRS, SHARED = space_of("alice"), space_of("bob"), space_of("alice", "Shared")
ON, OFF = {"sagemaker:RemoteAccess": "ENABLED"}, {"sagemaker:RemoteAccess": "DISABLED"}
APP = f"{SM}:app/d-1/{{}}/JupyterLab/default"
OWNED_BY = "sagemaker:ResourceTag/sagemaker:user-profile-arn"


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("UpdateSpace", SPACE.format("alice"), {**OWN, **ON}, True),
        ("UpdateSpace", SPACE.format("alice"), {**OWN, **OFF}, True),
        ("UpdateSpace", SPACE.format("alice"), OWN, False),
        ("UpdateSpace", SPACE.format("bob"), {**THEIRS, **ON}, False),
        ("UpdateSpace", SPACE.format("alice"), {**THEIRS, **ON}, False),
        ("UpdateSpace", SPACE.format("team"), {**SHARED, **ON}, False),
        ("UpdateSpace", SPACE.format("alice"), ON, False),
        ("DeleteSpace", SPACE.format("alice"), OWN, False),
        ("CreateSpace", SPACE.format("alice"), OWN, False),
        ("AddTags", SPACE.format("alice"), OWN, False),
        ("CreateApp", APP.format("alice"), OWN, True),
        ("DeleteApp", APP.format("alice"), OWN, True),
        ("CreateApp", APP.format("bob"), THEIRS, False),
        ("DeleteApp", APP.format("bob"), THEIRS, False),
        ("DeleteApp", APP.format("alice"), {}, False),
        ("StartSession", SPACE.format("alice"), {OWNED_BY: f"{SM}:user-profile/d-1/alice"}, True),
        ("StartSession", SPACE.format("bob"), {OWNED_BY: f"{SM}:user-profile/d-1/bob"}, False),
        ("StartSession", SPACE.format("bob"), {OWNED_BY: f"{SM}:user-profile/d-1/malice"}, False),
        ("StartSession", SPACE.format("alice"), {}, False),
        ("CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/alice", {}, True),
        ("CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/bob", {}, False),
        ("DescribeSpace", SPACE.format("alice"), {}, True),
        ("DescribeApp", APP.format("alice"), {}, True),
        ("DescribeDomain", f"{SM}:domain/d-1", {}, True),
        ("UpdateUserProfile", f"{SM}:user-profile/d-1/alice", {}, False),
    ],
)
def test_actions_of_a_user_in_studio(
    deployed: Deployed, action: str, resource: str, context: dict[str, str], allowed: bool
) -> None:
    user = deployed()["alice-client"]
    assert allows(user, f"sagemaker:{action}", resource, context) is allowed


def test_arns_can_have_the_name_of_a_user_in_lower_case(deployed: Deployed) -> None:
    """SageMaker ignores the case of names."""
    found = deployed(users={"Alice": {}, "bob": {}})
    for name, allowed in (("Alice", True), ("alice", True), ("bob", False)):
        profile = f"{SM}:user-profile/d-1/{name}"
        user, role = found["Alice-client"], found["Alice-role"]
        session = allows(user, "sagemaker:StartSession", SPACE.format(name), {OWNED_BY: profile})
        assert session is allowed
        assert allows(user, "sagemaker:CreateApp", APP.format(name), space_of(name)) is allowed
        assert allows(user, "sagemaker:CreatePresignedDomainUrl", profile) is allowed
        inside = {**space_of(name), "sagemaker:DomainId": "d-1"}
        assert allows(role, "sagemaker:CreateSpace", SPACE.format("x"), inside) is allowed


@pytest.mark.parametrize(
    ("session", "allowed"),
    [("AID:me-0abc", True), ("AID:bob-0abc", False), ("AID:me", False), ("*", False)],
)
def test_a_user_opens_the_data_channel_of_own_sessions_only(
    deployed: Deployed, session: str, allowed: bool
) -> None:
    user, me = deployed()["alice-client"], {"aws:userid": "AID:me"}
    channel = f"{SSM}:session/{session}"
    assert allows(user, "ssmmessages:OpenDataChannel", channel, me) is allowed


@pytest.mark.parametrize(("owner", "allowed"), [("AID:me", True), ("AID:bob", False)])
def test_a_user_terminates_own_sessions_only(deployed: Deployed, owner: str, allowed: bool) -> None:
    context = {"aws:userid": "AID:me", "ssm:resourceTag/aws:ssmmessages:session-id": owner}
    user = deployed()["alice-client"]
    assert allows(user, "ssm:TerminateSession", f"{SSM}:session/s-1", context) is allowed


def test_a_user_starts_no_session_to_an_instance(deployed: Deployed) -> None:
    instance = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"
    owned = {"aws:userid": "AID:me", "ssm:resourceTag/SSHOwner": "alice"}
    assert not allows(deployed()["alice-client"], "ssm:StartSession", instance, owned)


def test_a_user_tags_a_space_only_at_its_creation(deployed: Deployed) -> None:
    """With a later tag, the user of another profile could connect."""
    role, in_domain = deployed()["bob-role"], {"sagemaker:DomainId": "d-1"}
    creating = {**in_domain, "sagemaker:TaggingAction": "CreateSpace"}
    for space in ("alice", "bob"):
        assert not allows(role, "sagemaker:AddTags", SPACE.format(space), in_domain)
    assert allows(role, "sagemaker:AddTags", SPACE.format("bob"), creating)
    theirs = {**in_domain, **space_of("alice")}
    assert not allows(role, "sagemaker:CreateSpace", SPACE.format("x"), theirs)


KEYS = f"arn:aws:s3:::sagemaker-us-east-1-{ACCOUNT}/ssh-authorized-keys/{{}}/key.pub"


@pytest.mark.parametrize(("owner", "allowed"), [("alice", True), ("bob", False), ("a*", False)])
def test_only_own_nodes_read_the_keys_that_a_user_writes(
    deployed: Deployed, owner: str, allowed: bool
) -> None:
    found, here = deployed(features=["connect"]), {"aws:ResourceAccount": ACCOUNT}
    key = KEYS.format(owner)
    assert allows(found["alice-client"], "s3:PutObject", key, here) is allowed
    assert allows(found["alice-role"], "s3:GetObject", key, here) is allowed
    assert not allows(found["alice-client"], "s3:PutObject", key, {"aws:ResourceAccount": "1"})


def test_users_and_roles_can_use_the_key_of_the_domain(deployed: Deployed) -> None:
    found = deployed()
    through = {"kms:ViaService": "sagemaker.us-east-1.amazonaws.com"}
    for who in ("alice-client", "alice-role"):
        assert allows(found[who], "kms:CreateGrant", KEY, through)
        assert not allows(found[who], "kms:CreateGrant", KEY)
    only_connects = deployed(features=["connect"])
    for who in ("alice-client", "alice-role"):
        assert not allows(only_connects[who], "kms:Decrypt", KEY, through)


def test_without_connect_a_user_only_opens_studio(deployed: Deployed) -> None:
    found = deployed(features=[])
    assert not session(found["alice-client"], "alice", SSH)
    assert not allows(found["alice-client"], "sagemaker:CreateApp", APP.format("alice"), OWN)
    assert allows(
        found["alice-client"], "sagemaker:CreatePresignedDomainUrl", f"{SM}:user-profile/d-1/alice"
    )
