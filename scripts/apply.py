"""``studio apply``: applies the plans that ``studio plan`` saved, if nothing has changed since."""

import argparse

from scripts import flags
from settings import Settings
from studio.aws.client import Aws
from studio.console import output
from studio.lifecycle import identity
from studio.lifecycle.saved_plans import load_plans
from studio.lifecycle.up import deploy


def arguments(parser: argparse.ArgumentParser) -> None:
    """``DIR``; ``--stacks`` is ``--out`` of the other commands."""
    parser.add_argument(
        "plans", metavar="DIR", type=flags.folder, help="folder of `studio plan --out`"
    )
    flags.engine(parser)
    flags.out(parser, name="--stacks")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Deploy; exit code 0. Raises UserError, with exit code 3 if data is at risk."""
    identity.check_state(settings, out=args.out)
    plans = load_plans(args.plans)
    output.say(f"Applying {args.plans}: {settings.name!r} to {Aws(settings.region).describe()}")
    deploy(settings, out=args.out, engine=args.engine, allow=plans.allow, reviewed=plans)
    return 0
