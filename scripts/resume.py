"""``studio resume``: brings back what ``studio pause`` took away."""

import argparse

from scripts import flags as flags
from settings import Settings, UserError
from studio.aws.client import Aws
from studio.lifecycle import identity
from studio.lifecycle.bill import bill
from studio.lifecycle.guard import Guard
from studio.lifecycle.inventory import deployed_resources, live_resources
from studio.lifecycle.recovery.unfinished import keep_unfinished
from studio.terraform.deployment import Deployment
from studio.terraform.state import places
from studio.toolchain import toolbox

_NETWORK = "network"


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--out`` and ``--allow`` as for ``studio up``."""
    flags.out(parser)
    flags.allow(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Deploy the network stack, which misses its endpoints.

    Whatever else the settings change of it is deployed as well, unless it would lose data.
    Raises UserError (DataAtRisk).
    """
    identity.check(settings, out=args.out)
    toolbox.say(f"Resuming {settings.name!r} in {Aws(settings.region).describe()}")
    deployment, aws = Deployment(settings=settings, out=args.out.resolve()), Aws(settings.region)
    places.check(settings, deployment.out.parent)
    deployment.prepare()
    if deployed_resources(settings, deployment, aws).vpc_id is None:
        raise UserError(f"{settings.name}: nothing is deployed; run `studio up`")
    allowed = keep_unfinished(deployment).union(args.allow)
    guard = Guard(settings=settings, deployment=deployment, allowed=allowed)
    guard.deploy([stack for stack in deployment.stacks if stack.name == _NETWORK])
    found = deployed_resources(settings, deployment, aws)
    toolbox.say(f"It costs {bill(aws, found, live_resources(aws, found))}.")
    return 0
