"""``studio resume``: creates again what ``studio pause`` deleted."""

import argparse

from scripts import flags
from settings import Settings
from studio.aws.client import Aws
from studio.console import output
from studio.lifecycle import identity
from studio.lifecycle.resume import resume
from studio.terraform.deployment import Deployment


def arguments(parser: argparse.ArgumentParser) -> None:
    flags.out(parser)
    flags.allow(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Resume; exit code 0. Raises UserError, with exit code 3 if data is at risk."""
    identity.check_state(settings, out=args.out)
    output.say(f"Resuming {settings.name!r} in {Aws(settings.region).describe()}")
    deployment = Deployment(settings=settings, out=args.out.resolve())
    resume(settings, deployment, allow=args.allow)
    return 0
