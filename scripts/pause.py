"""``studio pause``: deletes what AWS bills by the hour; keeps domain, users, volumes, homes."""

import argparse

from scripts import flags
from settings import Settings, UserError
from studio.console import output
from studio.console.prompts import agreed
from studio.lifecycle.pause import Pause


def arguments(parser: argparse.ArgumentParser) -> None:
    flags.yes(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be deleted, and the cost a day"
    )
    flags.out(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Pause, after confirmation; safe to run again. Raises UserError."""
    show = output.result if args.dry_run else output.say
    with flags.opened(args, settings, "Pausing") as deployment:
        pause = Pause.of(settings, deployment)
        for line in pause.preview():
            show(line)
        if args.dry_run or not pause.needed:
            return 0
        if not agreed("pause", settings.name, yes=args.yes):
            raise UserError("nothing was deleted")
        pause.run()
    return 0
