"""Ends a user's app and deregisters its nodes."""

from __future__ import annotations

from collections.abc import Callable

from settings import Settings
from studio.aws.apps import stop_app
from studio.aws.client import Aws
from studio.aws.domains import find_domain
from studio.aws.errors import AwsError
from studio.aws.nodes import activations_of, delete_registrations, nodes_of
from studio.aws.spaces import require_space, space_of
from studio.console.reports import Report


def stop(
    settings: Settings, user: str, *, in_state: Callable[[], str | None], report: Report
) -> str:
    """End the app of a user of the settings, or of the domain; says what ended. Raises UserError.

    in_state: the domain's id in Terraform's state, None where that is not here.
    """
    aws = Aws(settings.region)
    domain_id = find_domain(aws, settings.name, in_state=in_state)
    # Who has left the settings may still run an app, as `studio status` shows.
    if user not in settings.users:
        require_space(aws, domain_id=domain_id, user=user)
    return end_app(aws, user, domain_id=domain_id, report=report)


def end_app(aws: Aws, user: str, *, domain_id: str, report: Report) -> str:
    """End the app, wait for it, then delete nodes and activations that it made; says what ended.

    Safe to repeat: what no longer exists is passed over. Raises UserError.
    """
    space = space_of(aws, domain_id=domain_id, user=user)
    if space is None:
        return f"{user} has no space, so nothing runs"
    ended = stop_app(aws, space, report)
    # In this order nothing can register again: neither a running agent nor one with a code.
    denied: AwsError | None = None
    try:
        delete_registrations(aws, activations_of(aws, user, space), report)
    except AwsError as error:
        # IAM knows no resource for these calls: who may make them could delete everybody's.
        denied = error
    nodes = nodes_of(aws, user, space)
    if denied is not None and nodes:
        report(f"activations of {user} stay, which register nothing after a day: {denied}")
    delete_registrations(aws, nodes, report)
    if ended:
        return f"{space.app_type} of {user} has ended; its volume is kept"
    return f"nothing runs in the space of {user}"
