"""Which apps and nodes `up` deletes with a user: those of spaces and profiles that a plan deletes.

SageMaker deletes no space and no user profile with an app; a node outlives its app, and is billed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from studio.aws import domain_resources, nodes
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.nodes import Registration
from studio.console.reports import Report
from studio.terraform.plan import Action, Plan

_SPACE = "SpaceName"
_OWNERS = {
    "aws_sagemaker_space": (_SPACE, "space_name"),
    "aws_sagemaker_user_profile": ("UserProfileName", "user_profile_name"),
}
"""By type: the member of an app's key, and Terraform's attribute."""


def delete_apps(aws: Aws, plans: Iterable[Plan], report: Report) -> None:
    """Delete the apps and nodes of what the plans delete or replace; the loss must be accepted.

    Raises StepFailed, AwsError.
    """
    owners: dict[str, set[tuple[str, str]]] = {}
    for change in (change for plan in plans for change in plan.changes):
        if change.type in _OWNERS and change.action in (Action.REPLACE, Action.DESTROY):
            member, attribute = _OWNERS[change.type]
            owner = member, change.before[attribute]
            owners.setdefault(change.before["domain_id"], set()).add(owner)
    for domain_id, of in owners.items():
        domain_resources.delete_resources(aws, domain_resources.APPS, domain_id, report, of=of)
        spaces = {name.casefold() for member, name in of if member == _SPACE}
        nodes.delete_registrations(aws, _nodes(aws, domain_id, spaces), report)


def _nodes(aws: Aws, domain_id: str, spaces: Container[str]) -> list[Registration]:
    # A deployment without ssh-helper needs no permission to list nodes.
    with ignoring("AccessDeniedException"):
        found = nodes.list_nodes(aws)
        return [node for node in found if node.domain_id == domain_id and node.space in spaces]
    return []
