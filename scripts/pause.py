"""``studio pause``: stops what is billed by the hour; domain, users, volumes and homes stay."""

import argparse

from scripts import flags as flags
from settings import Settings, UserError
from studio.aws import domain_resources, endpoints, nodes
from studio.aws.client import Aws
from studio.console.prompts import agreed
from studio.lifecycle import identity
from studio.lifecycle.bill import bill
from studio.lifecycle.inventory import deployed_resources, live_resources
from studio.terraform.deployment import Deployment
from studio.terraform.state import places
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to ask; ``--out`` as for ``studio up``."""
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show what it saves, and end")
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Pause once it is agreed to; safe to run again. Raises UserError."""
    identity.check(settings, out=args.out)
    toolbox.say(f"Pausing {settings.name!r} in {Aws(settings.region).describe()}")
    out = args.out.resolve()
    places.check(settings, out.parent)
    if args.dry_run:
        with Deployment.read_only(settings=settings, out=out) as deployment:
            _pause(args, settings, deployment)
    else:
        deployment = Deployment(settings=settings, out=out)
        deployment.prepare()
        _pause(args, settings, deployment)
    return 0


def _pause(args: argparse.Namespace, settings: Settings, deployment: Deployment) -> None:
    aws = Aws(settings.region)
    found = deployed_resources(settings, deployment, aws)
    there = live_resources(aws, found)
    toolbox.say(f"It costs {bill(aws, found, there)}.")
    if running := ", ".join(app.name for app in there.apps):
        toolbox.say(f"Stopped, unsaved work is lost: {running}")
    if args.dry_run:
        return
    if not args.yes and not agreed(settings.name):
        raise UserError("nothing was stopped")
    if found.domain_id is not None:
        domain_resources.delete_resources(aws, domain_resources.APPS, found.domain_id, toolbox.say)
        nodes.delete_domain_registrations(aws, found.domain_id, toolbox.say)
    if found.endpoints:
        endpoints.delete_endpoints(aws, found.endpoints, toolbox.say)
    toolbox.say(f"It costs {bill(aws, found, live_resources(aws, found))}.")
    toolbox.say("Studio opens again after `studio resume`; so it does after `studio up`.")
