"""SSH over Systems Manager: what the app needs, and what the person at the other end needs.

sagemaker-ssh-helper registers the app as a hybrid node and tags it ``SSHOwner``. The app sets the
tag, so it proves nothing by itself: ``server`` lets a user's role create an activation only with
that user's name, and ``client`` allows sessions only to nodes with that name.
The actions follow IAM_SSM_Setup.md of aws-samples/sagemaker-ssh-helper.
"""

from collections.abc import Iterable

from catalog.permissions.iam import Account, Statement
from catalog.permissions.space_permissions import start_own_space
from catalog.permissions.studio_permissions import pass_role
from catalog.tags import SSH_OWNER_TAG

KEYS_FOLDER = "ssh-authorized-keys"

_NODES = "managed-instance/mi-*"
# Without it, a session that names no document skips the check of the document.
_CHECK_DOCUMENT = {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}


def keys_prefix(user: str) -> str:
    """The folder of a user's public SSH keys within the account's SageMaker bucket."""
    return f"{KEYS_FOLDER}/{user}"


def every_server(*, legacy_agent: bool) -> tuple[Statement, ...]:
    """For every role whose apps run the SSM agent, whoever the user is.

    legacy_agent: the agent is older than 3.3.40.0 and gets its messages from ec2messages.
    """
    channels = Statement(
        sid="TalkToSystemsManager",
        why="The agent's channels, as in AmazonSSMManagedInstanceCore; IAM knows no resource.",
        actions=(
            "ssm:ListAssociations",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ),
        resources=("*",),
    )
    if not legacy_agent:
        return (channels,)
    messages = Statement(
        sid="TalkToSystemsManagerTheOldWay",
        why="Agents older than 3.3.40.0 fetch their messages here; IAM knows no resource.",
        actions=(
            "ec2messages:AcknowledgeMessage",
            "ec2messages:DeleteMessage",
            "ec2messages:FailMessage",
            "ec2messages:GetEndpoint",
            "ec2messages:GetMessages",
            "ec2messages:SendReply",
        ),
        resources=("*",),
    )
    return (channels, messages)


def server(account: Account, *, user: str, role: str) -> tuple[Statement, ...]:
    """For the role of one user profile; role: its ARN."""
    return (
        pass_role(role, service="ssm.amazonaws.com", sid="RunNodeWithThisRole"),
        Statement(
            sid="TagActivation",
            why="Systems Manager checks the tags of an activation against the role it names.",
            actions=("ssm:AddTagsToResource",),
            resources=(role,),
        ),
        Statement(
            sid="RegisterOwnNode",
            why="The app becomes a node that bears this user's name, and no other name.",
            actions=("ssm:CreateActivation",),
            resources=("*",),
            conditions={"StringEquals": {f"aws:RequestTag/{SSH_OWNER_TAG}": user}},
        ),
        Statement(
            sid="ReportOwnNode",
            why="The agent says that the node is alive; nodes of others stay out of reach.",
            actions=("ssm:ListInstanceAssociations", "ssm:UpdateInstanceInformation"),
            resources=account.arns("ssm", _NODES),
            conditions=_owned_by(user),
        ),
        Statement(
            sid="FetchOwnKeys",
            why="The node copies the public key that its user has uploaded.",
            actions=("s3:GetObject",),
            resources=(_keys(account, user),),
            conditions=_in_this_account(account),
        ),
        start_own_space(account, user=user),
    )


def client(
    account: Account, *, user: str, port_forwarding: bool = True, root_shell: bool = False
) -> tuple[Statement, ...]:
    """For the identity that a person has in AWS, an IAM user or a role of IAM Identity Center.

    port_forwarding, root_shell: whether Systems Manager may, beside SSH, forward ports of the node
        and open a shell on it.
    """
    return (
        Statement(
            sid="FindOwnNode",
            why="To find the node of a space; IAM knows no resource for these calls.",
            actions=("ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"),
            resources=("*",),
        ),
        Statement(
            sid="ReadNodeTags",
            why="The tags name the space that a node belongs to.",
            actions=("ssm:ListTagsForResource",),
            resources=account.arns("ssm", _NODES),
        ),
        Statement(
            sid="ReadTier",
            why="Sessions to hybrid nodes need the advanced tier; a missing one is reported first.",
            actions=("ssm:GetServiceSetting",),
            resources=account.arns("ssm", "servicesetting/ssm/managed-instance/activation-tier"),
        ),
        Statement(
            sid="ReachOwnNode",
            why="A session, and the command that installs the key, only on the user's own nodes.",
            actions=("ssm:SendCommand", "ssm:StartSession"),
            resources=account.arns("ssm", _NODES),
            conditions={**_owned_by(user), **_CHECK_DOCUMENT},
        ),
        Statement(
            sid="UseSessionDocuments",
            why="SSH and, where switched on, port forwarding and a shell: on the node itself, not"
            " on other hosts behind it.",
            actions=("ssm:StartSession",),
            resources=tuple(
                _documents(account, port_forwarding=port_forwarding, root_shell=root_shell)
            ),
            conditions=_CHECK_DOCUMENT,
        ),
        Statement(
            sid="UseKeyDocument",
            why="sagemaker-ssh-helper has the node fetch the key with this document.",
            actions=("ssm:SendCommand",),
            resources=_aws_documents(account, "AWS-RunShellScript"),
        ),
        Statement(
            sid="EndOwnSessions",
            why="People end and resume the sessions that they started.",
            actions=("ssm:ResumeSession", "ssm:TerminateSession"),
            resources=account.arns("ssm", "session/*"),
            conditions={
                "StringLike": {"ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}"}
            },
        ),
        Statement(
            sid="OpenOwnSessions",
            why="The session plugin opens the data channel of the sessions that it started.",
            actions=("ssmmessages:OpenDataChannel",),
            resources=account.arns("ssm", "session/${aws:userid}-*"),
        ),
        Statement(
            sid="RemoveOwnNode",
            why="A node that is left registered is billed by the hour.",
            actions=("ssm:DeregisterManagedInstance",),
            resources=account.arns("ssm", _NODES),
            conditions=_owned_by(user),
        ),
        Statement(
            sid="UploadOwnKey",
            why="The public key, where only this user's nodes look for it.",
            actions=("s3:PutObject",),
            resources=(_keys(account, user),),
            conditions=_in_this_account(account),
        ),
        start_own_space(account, user=user),
    )


def _keys(account: Account, user: str) -> str:
    return account.bucket_arn(account.sagemaker_bucket, f"{keys_prefix(user)}/*")


def _owned_by(user: str) -> dict[str, dict[str, str]]:
    return {"StringEquals": {f"ssm:resourceTag/{SSH_OWNER_TAG}": user}}


def _in_this_account(account: Account) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"aws:ResourceAccount": account.id}}


def _documents(account: Account, *, port_forwarding: bool, root_shell: bool) -> Iterable[str]:
    yield from _aws_documents(account, "AWS-StartSSHSession")
    if port_forwarding:
        yield from _aws_documents(account, "AWS-StartPortForwardingSession")
    if root_shell:
        # Each account has its own; a session that names no document gets this one.
        yield account.arn("ssm", "document/SSM-SessionManagerRunShell")


def _aws_documents(account: Account, *names: str) -> tuple[str, ...]:
    return tuple(f"arn:{account.partition}:ssm:{account.region}::document/{name}" for name in names)
