"""The statements for SSH with sagemaker-ssh-helper, of the app and of the user.

sagemaker-ssh-helper registers the app as a hybrid node with the tag ``SSHOwner``. The app sets it,
so ``app`` allows a user's role to create an activation only with that user's name, and
``client`` allows sessions only to nodes with that name. The actions follow IAM_SSM_Setup.md of
aws-samples/sagemaker-ssh-helper.
"""

from collections.abc import Iterable

from catalog.names import SSH_OWNER_TAG
from catalog.permissions.iam import Account, Statement
from catalog.permissions.space_permissions import connect_to_own_spaces
from catalog.permissions.studio_permissions import pass_role

KEYS_FOLDER = "ssh-authorized-keys"

_NODES = "managed-instance/mi-*"
# AWS then also checks the document of a session that names none.
_CHECK_DOCUMENT = {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}


def keys_prefix(user: str) -> str:
    """The folder of a user's public SSH keys within the account's SageMaker bucket."""
    return f"{KEYS_FOLDER}/{user}"


def agent(*, legacy_agent: bool) -> tuple[Statement, ...]:
    """For every role whose apps run the SSM agent.

    legacy_agent: the agent is older than 3.3.40.0 and uses ec2messages.
    """
    channels = Statement(
        sid="TalkToSystemsManager",
        why="The agent's channels, as in AmazonSSMManagedInstanceCore; no resource in IAM.",
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
        why="Agents older than 3.3.40.0 receive messages here; no resource in IAM.",
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


def app(account: Account, *, name: str, user: str, role: str) -> tuple[Statement, ...]:
    """For the role of a profile, whose apps become nodes.

    name: of the deployment. role: the ARN of the role. It opens no session to a node, and sessions
    of SageMaker to its own spaces only.
    """
    return (
        pass_role(role, service="ssm.amazonaws.com", sid="RunNodeWithThisRole"),
        Statement(
            sid="TagActivation",
            why="Systems Manager checks the tags of an activation against its role.",
            actions=("ssm:AddTagsToResource",),
            resources=(role,),
        ),
        Statement(
            sid="RegisterOwnNode",
            why="The app becomes a node with this user's name, and no other name.",
            actions=("ssm:CreateActivation",),
            resources=("*",),
            conditions={"StringEquals": {f"aws:RequestTag/{SSH_OWNER_TAG}": user}},
        ),
        Statement(
            sid="ReportOwnNode",
            why="The agent reports the status of the user's node.",
            actions=("ssm:ListInstanceAssociations", "ssm:UpdateInstanceInformation"),
            resources=account.arns("ssm", _NODES),
            conditions=_owned_by(user),
        ),
        Statement(
            sid="FetchOwnKeys",
            why="The node copies the public key that the user has uploaded.",
            actions=("s3:GetObject",),
            resources=(_keys(account, user),),
            conditions=_in_this_account(account),
        ),
        connect_to_own_spaces(account, name=name, user=user),
    )


def client(
    account: Account,
    *,
    name: str,
    user: str,
    port_forwarding: bool = True,
    root_shell: bool = False,
) -> tuple[Statement, ...]:
    """For a user's identity in AWS, an IAM user or a role of IAM Identity Center.

    name: of the deployment. port_forwarding, root_shell: whether Systems Manager may forward ports
    of the node, and open a shell on it, besides SSH.
    """
    return (
        Statement(
            sid="FindOwnNode",
            why="To find the node of a space; these calls have no resource in IAM.",
            actions=("ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"),
            resources=("*",),
        ),
        Statement(
            sid="ReadNodeTags",
            why="The tags name the space of a node.",
            actions=("ssm:ListTagsForResource",),
            resources=account.arns("ssm", _NODES),
        ),
        Statement(
            sid="ReadTier",
            why="Sessions to hybrid nodes need the advanced tier; `studio connect` checks it.",
            actions=("ssm:GetServiceSetting",),
            resources=account.arns("ssm", "servicesetting/ssm/managed-instance/activation-tier"),
        ),
        Statement(
            sid="ReachOwnNode",
            why="Sessions, and the command that installs the key, on the user's nodes only.",
            actions=("ssm:SendCommand", "ssm:StartSession"),
            resources=account.arns("ssm", _NODES),
            conditions={**_owned_by(user), **_CHECK_DOCUMENT},
        ),
        Statement(
            sid="UseSessionDocuments",
            why="SSH and, if enabled, port forwarding and a shell: on the node itself, not on"
            " other hosts behind it.",
            actions=("ssm:StartSession",),
            resources=tuple(
                _documents(account, port_forwarding=port_forwarding, root_shell=root_shell)
            ),
            conditions=_CHECK_DOCUMENT,
        ),
        Statement(
            sid="UseKeyDocument",
            why="sagemaker-ssh-helper installs the key on the node with this document.",
            actions=("ssm:SendCommand",),
            resources=_aws_documents(account, "AWS-RunShellScript"),
        ),
        Statement(
            sid="EndOwnSessions",
            why="Users end and resume their sessions.",
            actions=("ssm:ResumeSession", "ssm:TerminateSession"),
            resources=account.arns("ssm", "session/*"),
            conditions={
                "StringLike": {"ssm:resourceTag/aws:ssmmessages:session-id": "${aws:userid}"}
            },
        ),
        Statement(
            sid="OpenOwnSessions",
            why="The plugin opens the data channel of the user's sessions.",
            actions=("ssmmessages:OpenDataChannel",),
            resources=account.arns("ssm", "session/${aws:userid}-*"),
        ),
        Statement(
            sid="RemoveOwnNode",
            why="AWS bills a registered node by the hour.",
            actions=("ssm:DeregisterManagedInstance",),
            resources=account.arns("ssm", _NODES),
            conditions=_owned_by(user),
        ),
        Statement(
            sid="UploadOwnKey",
            why="The public key, in the folder of this user's nodes.",
            actions=("s3:PutObject",),
            resources=(_keys(account, user),),
            conditions=_in_this_account(account),
        ),
        connect_to_own_spaces(account, name=name, user=user),
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
        # The account's own document, the default of a session.
        yield account.arn("ssm", "document/SSM-SessionManagerRunShell")


def _aws_documents(account: Account, *names: str) -> tuple[str, ...]:
    return tuple(f"arn:{account.partition}:ssm:{account.region}::document/{name}" for name in names)
