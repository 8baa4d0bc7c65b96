"""``studio stop``: ends a user's app and takes its nodes out of Systems Manager."""

import argparse

from scripts import flags as flags
from settings import Settings
from studio.lifecycle import identity
from studio.lifecycle.stop import stop
from studio.terraform.deployment import Deployment


def arguments(parser: argparse.ArgumentParser) -> None:
    """``USER``; ``--out`` as for ``studio up``."""
    parser.add_argument("user", metavar="USER", help="a user of the settings, or of the domain")
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Stop; exit code 0 also where nothing ran. Raises UserError."""
    identity.check(settings, out=args.out)
    stop(settings, Deployment(settings=settings, out=args.out.resolve()), args.user)
    return 0
