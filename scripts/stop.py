"""``studio stop``: stops a user's app and deregisters its nodes from Systems Manager."""

import argparse

from scripts import flags
from settings import Settings
from studio.console import output
from studio.lifecycle.stop import stop


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", metavar="USER", help="a user of the settings, or of the domain")
    flags.deployment(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Stop; exit code 0 also if no app runs. Raises UserError."""
    in_state = flags.domain_in_state(args, settings)
    output.result(stop(settings, args.user, in_state=in_state, report=output.say))
    return 0
