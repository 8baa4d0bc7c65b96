"""Which apps and nodes `up` deletes with a user; refuses if a space of the user is in no state.

SageMaker deletes no user profile with a space or an app, and no space with an app. A node outlives
its app, and AWS bills it.
"""

from collections.abc import Collection, Iterable

from studio.aws import domain_resources, nodes
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.lifecycle.attached_policies import require_detached
from studio.terraform.deployment import Deployment
from studio.terraform.plan import Plan

_SPACE, _PROFILE = "SpaceName", "UserProfileName"
_NAMES = {
    "aws_sagemaker_space": (_SPACE, "space_name"),
    "aws_sagemaker_user_profile": (_PROFILE, "user_profile_name"),
}


def require_deletable(aws: Aws, deployment: Deployment, plans: Collection[Plan]) -> None:
    """Raise StepFailed if AWS would refuse a deletion of these plans; nothing is changed yet.

    AWS refuses to delete a user profile with a space that no state has, and the policies that
    ``require_detached`` finds. Raises AwsError.
    """
    _refuse_unlisted_spaces(aws, plans)
    deleted = [(one.type, one.before) for plan in plans for one in plan.deleted]
    require_detached(aws, deployment, deleted)


def _refuse_unlisted_spaces(aws: Aws, plans: Collection[Plan]) -> None:
    """No plan shows the files of a space that no state has, so no loss of them is accepted."""
    owned = [
        (domain_id, owner, space.name)
        for domain_id, deleted in _deleted(plans).items()
        for space in domain_resources.list_resources(aws, domain_resources.SPACES, domain_id)
        if (owner := space.listed.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName"))
        if (_PROFILE, owner) in deleted
        if (_SPACE, space.name) not in deleted
    ]
    if owned:
        domain_id, _, space = owned[0]
        raise StepFailed(
            f"{', '.join(f'space {name} of {owner}' for _, owner, name in owned)}: not in "
            "Terraform's state, and SageMaker deletes no user profile that owns a space; nothing "
            "was changed. Keep the user in the settings, or delete the space with its files: "
            f"`studio stop {space}`, then `aws sagemaker delete-space --region {aws.region} "
            f"--domain-id {domain_id} --space-name {space}`"
        )


def apps_to_delete(aws: Aws, plans: Iterable[Plan]) -> list[str]:
    """The names of the apps that ``delete_apps`` deletes. Raises AwsError."""
    return [
        app.name
        for domain_id, deleted in _deleted(plans).items()
        for app in domain_resources.list_resources(
            aws, domain_resources.APPS, domain_id, of=deleted
        )
    ]


def delete_apps(aws: Aws, plans: Iterable[Plan], report: Report) -> None:
    """Delete the apps and nodes of what the plans delete. Raises StepFailed, AwsError."""
    for domain_id, deleted in _deleted(plans).items():
        domain_resources.delete_resources(aws, domain_resources.APPS, domain_id, report, of=deleted)
        spaces = {name.casefold() for member, name in deleted if member == _SPACE}
        found: list[nodes.Registration] = []
        # A deployment without ssh-helper needs no permission to list nodes.
        with ignoring("AccessDeniedException"):
            found += nodes.list_nodes(aws) if spaces else []
        own = [node for node in found if node.domain_id == domain_id and node.space in spaces]
        nodes.delete_registrations(aws, own, report)


def _deleted(plans: Iterable[Plan]) -> dict[str, set[tuple[str, str]]]:
    """By domain, the deleted spaces and user profiles: the member of requests, and the name."""
    found: dict[str, set[tuple[str, str]]] = {}
    for change in (change for plan in plans for change in plan.deleted if change.type in _NAMES):
        member, attribute = _NAMES[change.type]
        of_domain = found.setdefault(change.before["domain_id"], set())
        of_domain.add((member, change.before[attribute]))
    return found
