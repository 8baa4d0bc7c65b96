"""`studio stop`: deletes a user's app and nodes, also without an app or of a removed user."""

from collections.abc import Callable

from settings import Settings, UserError
from settings.users import require_user_name
from studio.aws.apps import stop_app
from studio.aws.client import Aws
from studio.aws.domain_resources import find_domain
from studio.aws.errors import AwsError
from studio.aws.nodes import activations_of, delete_registrations, nodes_of
from studio.aws.spaces import require_space, space_of, spaces_owned
from studio.console.reports import Report


def stop(
    settings: Settings, user: str, *, in_state: Callable[[], str | None], report: Report
) -> str:
    """Stop the app of a user of the settings or of the domain; returns the result as a sentence.

    Does not ask whether somebody is connected. Safe to run again. in_state: the domain's id in
    Terraform's state, if that is here. Raises UserError.
    """
    require_user_name(user)
    aws = Aws(settings.region)
    domain_id = find_domain(aws, settings.name, in_state=in_state)
    space = space_of(aws, domain_id=domain_id, user=user)
    if space is None:
        if owned := spaces_owned(aws, domain_id=domain_id, user=user):
            commands = " or ".join(f"`studio stop {name}`" for name in owned)
            raise UserError(
                f"USER = {user}: there is no space of that name; {user} owns others: {commands}"
            )
        if user in settings.users:
            return f"{user} has no space, so nothing runs"
        space = require_space(aws, domain_id=domain_id, user=user)
    ended = stop_app(aws, space, report)
    # A running app, or an unused activation, would register another node.
    denied: AwsError | None = None
    try:
        delete_registrations(aws, activations_of(aws, space), report)
    except AwsError as error:
        # The client policy denies these calls: IAM cannot limit them to one user's activations.
        denied = error
    nodes = nodes_of(aws, space)
    if denied is not None and nodes:
        report(f"the activations of {user} remain, and expire within a day: {denied}")
    delete_registrations(aws, nodes, report)
    if ended:
        return f"{space.app_type} of {user} has stopped; its volume is kept"
    return f"nothing runs in space {space.name}"
