"""``studio up``: deploys all stacks in the right order, images in between; safe to run again."""

import argparse

from scripts import flags as flags
from settings import Settings
from studio.aws.client import Aws
from studio.console.prompts import confirm
from studio.lifecycle import identity
from studio.lifecycle.up import deploy
from studio.toolchain import toolbox


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--out`` names the folder of the synthesized stacks; local state lies beside it."""
    flags.out(parser)
    flags.allow(parser)
    flags.engine(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Deploy; exit code 0. Raises UserError; exit code 3 where it would lose data."""
    identity.check(settings, out=args.out)
    toolbox.say(f"Deploying {settings.name!r} to {Aws(settings.region).describe()}")
    deploy(
        settings,
        out=args.out,
        engine=args.engine,
        confirm=lambda: confirm("yes", "Deploy this? Only `yes` deploys: ", yes=args.yes),
        allow=args.allow,
    )
    return 0
