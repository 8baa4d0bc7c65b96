"""``studio stop``: ends a user's app and takes its nodes out of Systems Manager."""

import argparse

from scripts import flags as flags
from settings import Settings
from studio.aws.apps import stop_app
from studio.aws.client import Aws
from studio.aws.domains import find_domain
from studio.aws.errors import AwsError
from studio.aws.nodes import activations_of, delete_registrations, nodes_of
from studio.aws.spaces import require_user, space_of
from studio.console.reports import Report
from studio.lifecycle import identity
from studio.terraform.deployment import Deployment
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """``USER``; ``--out`` as for ``studio up``."""
    parser.add_argument("user", metavar="USER", help="a user of the settings, or of the domain")
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Stop; exit code 0 also where nothing ran. Raises UserError."""
    identity.check(settings, out=args.out)
    aws, deployment = Aws(settings.region), Deployment(settings=settings, out=args.out.resolve())
    domain_id = find_domain(
        aws, settings.name, in_state=lambda: deployment.output("domain", "domain_id")
    )
    # Who has left the settings may still run an app, as `studio status` shows.
    if space_of(aws, domain_id=domain_id, user=args.user) is None:
        require_user(settings, args.user)
    stop(aws, args.user, domain_id=domain_id, report=toolbox.say)
    return 0


def stop(aws: Aws, user: str, *, domain_id: str, report: Report) -> None:
    """End the app, wait for it, then remove nodes and activations that it made.

    Safe to repeat: what is gone is passed over. Raises UserError.
    """
    space = space_of(aws, domain_id=domain_id, user=user)
    if space is None:
        report(f"{user} has no space, so nothing runs")
        return
    if stop_app(aws, space, report):
        report(f"{space.app_type} of {user} has ended; its volume is kept")
    else:
        report(f"nothing runs in the space of {user}")
    # In this order nothing can register again: neither a running agent nor one with a code.
    try:
        delete_registrations(aws, activations_of(aws, user, space), report)
    except AwsError as denied:
        # IAM knows no resource for these calls: who may make them could delete everybody's.
        report(f"activations of {user} stay, which register nothing after a day: {denied}")
    delete_registrations(aws, nodes_of(aws, user, space), report)
