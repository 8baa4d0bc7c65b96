"""Which apps and nodes `up` deletes with a user: those of the spaces that a plan deletes.

SageMaker deletes no space with an app. A node outlives its app, and AWS bills it.
"""

from __future__ import annotations

from collections.abc import Iterable

from studio.aws import domain_resources, nodes
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report
from studio.terraform.plan import Action, Plan


def delete_apps(aws: Aws, plans: Iterable[Plan], report: Report) -> None:
    """Delete the apps and nodes of the spaces that the plans delete; their loss must be accepted.

    Raises StepFailed, AwsError.
    """
    removed = {
        (change.before["domain_id"], change.before["space_name"])
        for plan in plans
        for change in plan.changes
        if change.type == "aws_sagemaker_space"
        and change.action in (Action.REPLACE, Action.DESTROY)
    }
    for domain_id in {domain_id for domain_id, _ in removed}:
        of = {("SpaceName", name) for of_domain, name in removed if of_domain == domain_id}
        domain_resources.delete_resources(aws, domain_resources.APPS, domain_id, report, of=of)
    spaces = {(domain_id, name.casefold()) for domain_id, name in removed}
    found: list[nodes.Registration] = []
    # A deployment without ssh-helper needs no permission to list nodes.
    with ignoring("AccessDeniedException"):
        found += nodes.list_nodes(aws) if spaces else []
    own = [node for node in found if (node.domain_id, node.space) in spaces]
    nodes.delete_registrations(aws, own, report)
