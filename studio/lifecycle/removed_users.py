"""Which apps and nodes `up` deletes with a user, and which spaces it does not delete.

SageMaker deletes no user profile with a space or an app, and no space with an app. A node outlives
its app, and AWS bills it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from studio.aws import domain_resources, nodes
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.terraform.plan import Action, Plan

_SPACE, _PROFILE = "SpaceName", "UserProfileName"
_NAMES = {
    "aws_sagemaker_space": (_SPACE, "space_name"),
    "aws_sagemaker_user_profile": (_PROFILE, "user_profile_name"),
}


def require_spaces_in_plans(aws: Aws, plans: Collection[Plan]) -> None:
    """Raise StepFailed if a user profile that the plans delete owns a space that they do not.

    No plan shows the files of such a space, so no loss of them is accepted. Raises AwsError.
    """
    deleted = _deleted(plans)
    owned = [
        (owner, domain_id, space.name)
        for domain_id in sorted({domain_id for domain_id, (kind, _) in deleted if kind == _PROFILE})
        for space in domain_resources.list_resources(aws, domain_resources.SPACES, domain_id)
        if (owner := space.listed.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName"))
        if (domain_id, (_PROFILE, owner)) in deleted
        if (domain_id, (_SPACE, space.name)) not in deleted
    ]
    if owned:
        _, domain_id, space = owned[0]
        raise StepFailed(
            f"{', '.join(f'space {name} of {owner}' for owner, _, name in owned)}: not in "
            "Terraform's state, and SageMaker deletes no user profile that owns a space; nothing "
            "was changed. Keep the user in the settings, or delete the space with its files: "
            f"`studio stop {space}`, then `aws sagemaker delete-space --region {aws.region} "
            f"--domain-id {domain_id} --space-name {space}`"
        )


def apps_to_delete(aws: Aws, plans: Iterable[Plan]) -> list[str]:
    """The names of the apps that ``delete_apps`` deletes. Raises AwsError."""
    deleted = _deleted(plans)
    return [
        app.name
        for domain_id in sorted({domain_id for domain_id, _ in deleted})
        for app in domain_resources.list_resources(aws, domain_resources.APPS, domain_id)
        if any((domain_id, member) in deleted for member in app.key)
    ]


def delete_apps(aws: Aws, plans: Iterable[Plan], report: Report) -> None:
    """Delete the apps and nodes of what the plans delete; their loss must be accepted.

    Raises StepFailed, AwsError.
    """
    deleted = _deleted(plans)
    for domain_id in {domain_id for domain_id, _ in deleted}:
        of = {member for of_domain, member in deleted if of_domain == domain_id}
        domain_resources.delete_resources(aws, domain_resources.APPS, domain_id, report, of=of)
    spaces = {(domain_id, name.casefold()) for domain_id, (kind, name) in deleted if kind == _SPACE}
    found: list[nodes.Registration] = []
    # A deployment without ssh-helper needs no permission to list nodes.
    with ignoring("AccessDeniedException"):
        found += nodes.list_nodes(aws) if spaces else []
    own = [node for node in found if (node.domain_id, node.space) in spaces]
    nodes.delete_registrations(aws, own, report)


def _deleted(plans: Iterable[Plan]) -> set[tuple[str, tuple[str, str]]]:
    """Each space and user profile that the plans delete: the domain's id, a member of its key."""
    return {
        (change.before["domain_id"], (member, change.before[attribute]))
        for plan in plans
        for change in plan.changes
        if change.action in (Action.REPLACE, Action.DESTROY)
        for member, attribute in filter(None, [_NAMES.get(change.type)])
    }
