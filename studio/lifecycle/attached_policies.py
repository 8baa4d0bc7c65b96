"""When `up` and `down` refuse to delete a policy: while a user, group or role has it.

IAM deletes no such policy, and Terraform detaches it only from the deployment's own roles.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from studio.aws.client import Aws
from studio.aws.errors import DENIED, ignoring
from studio.aws.policy_attachments import Attachment, list_attachments
from studio.errors import StepFailed
from studio.processes.parallel import run_graph
from studio.terraform.deployment import Deployment

_AT_ONCE = 8


def require_detached(
    aws: Aws, deployment: Deployment, deleted: Iterable[tuple[str, Mapping[str, Any]]]
) -> None:
    """Raise StepFailed if one of the policies that Terraform deletes stays attached.

    deleted: the type and the attributes of each resource that Terraform deletes. Checks nothing if
    the caller may not list attachments: Terraform reports them. Raises AwsError.
    """
    deleted = list(deleted)
    arns = [values.get("arn") for kind, values in deleted if kind == "aws_iam_policy"]
    listed: dict[str, list[Attachment]] = {}
    with ignoring(*DENIED):
        listed = run_graph(
            {arn: partial(list_attachments, aws, arn) for arn in arns if arn}, limit=_AT_ONCE
        )
    of_terraform = {
        (values["policy_arn"], values["role"])
        for kind, values in deleted
        if kind == "aws_iam_role_policy_attachment"
    }
    own = _roles_of_unfinished_stacks(deployment) if any(listed.values()) else set()
    found = [
        one
        for attachments in listed.values()
        for one in attachments
        if not _is_detached(one, of_terraform, own)
    ]
    if found:
        raise StepFailed(
            f"{', '.join(map(str, found))}: IAM deletes no policy that is attached, and Terraform "
            "does not detach it; nothing was changed. Detach it: "
            + ", then ".join(f"`{one.detach_command}`" for one in found)
        )


def _is_detached(one: Attachment, of_terraform: set[tuple[str, str]], own: set[str]) -> bool:
    """Whether Terraform detaches it."""
    if one.kind != "role" or one.boundary:
        return False
    return one.name in own or (one.policy_arn, one.name) in of_terraform


def _roles_of_unfinished_stacks(deployment: Deployment) -> set[str]:
    """Recovery imports the attachments that an interrupted run did not write to state."""
    return {
        role["name"]
        for stack in deployment.named(deployment.unfinished_stacks())
        for role in stack.resources.get("aws_iam_role", {}).values()
    }
