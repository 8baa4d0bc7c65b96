"""``studio up``: deploys all stacks, and the images that they need; safe to run again."""

import argparse

from scripts import flags
from settings import Settings
from studio.aws.client import Aws
from studio.console import output
from studio.console.prompts import confirm
from studio.lifecycle import identity
from studio.lifecycle.up import deploy


def arguments(parser: argparse.ArgumentParser) -> None:
    flags.out(parser)
    flags.allow(parser)
    flags.engine(parser)
    flags.yes(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Deploy; exit code 0. Raises UserError, with exit code 3 if data is at risk."""
    identity.check_state(settings, out=args.out)
    output.say(f"Deploying {settings.name!r} to {Aws(settings.region).describe()}")
    deploy(
        settings,
        out=args.out,
        engine=args.engine,
        confirm=lambda: confirm("yes", "Deploy this? Only `yes` deploys: ", yes=args.yes),
        allow=args.allow,
    )
    return 0
