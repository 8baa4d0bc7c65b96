"""``studio sweep``: finds what earlier deployments left in the account, deletes what is chosen."""

import argparse

from settings import Settings
from studio.aws.client import Aws
from studio.console import output
from studio.console.prompts import answer
from studio.lifecycle.leftovers import HOMES, REPOSITORY, leftovers
from studio.lifecycle.sweep import chosen, sweep


def arguments(parser: argparse.ArgumentParser) -> None:
    """Without a flag it asks which to delete."""
    parser.add_argument(
        "--yes", action="store_true", help="delete all that holds no data, do not ask"
    )
    parser.add_argument(
        "--homes", action="store_true", help="with --yes: home file systems of gone domains too"
    )
    parser.add_argument(
        "--images", action="store_true", help="with --yes: repositories with images in them too"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what there is, and end")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0, also when nothing is there. Raises UserError."""
    aws = Aws(settings.region)
    # What --dry-run prints is all that it does.
    show = output.result if args.dry_run else output.say
    show(f"Left by earlier deployments in {aws.describe()}:")
    found = leftovers(aws)
    for number, one in enumerate(found, 1):
        data = "  <- data" if one.holds_data else ""
        show(f"{number:4}  {one.name}: {one.note}{data}")
    if not found:
        output.result("      nothing")
    if not found or args.dry_run:
        return 0
    if args.yes:
        named = {HOMES: args.homes, REPOSITORY: args.images}
        selected = [
            one for one in found if not one.recent and (not one.holds_data or named[one.name])
        ]
    else:
        asked = "Numbers to delete, `all` but data and what is recent, or nothing: "
        selected = chosen(found, answer(asked))
    sweep(selected, output.say)
    output.result(f"Deleted {len(selected)} of {len(found)}.")
    return 0
