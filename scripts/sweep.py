"""``studio sweep``: its list and its question; studio/lifecycle/sweep.py finds and deletes."""

import argparse

from settings import Settings
from studio.aws.client import Aws
from studio.console import output
from studio.console.prompts import answer
from studio.lifecycle.sweep import chosen, leftovers, sweep, unneeded


def arguments(parser: argparse.ArgumentParser) -> None:
    """Without a flag, the command asks which to delete."""
    parser.add_argument(
        "--yes", action="store_true", help="delete all resources that hold no data, without asking"
    )
    parser.add_argument(
        "--homes", action="store_true", help="with --yes: also home file systems of deleted domains"
    )
    parser.add_argument(
        "--images", action="store_true", help="with --yes: also repositories that hold images"
    )
    parser.add_argument("--dry-run", action="store_true", help="list the resources; delete nothing")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit code 0, also if nothing is found. Raises UserError."""
    aws = Aws(settings.region)
    # The list is the result of --dry-run.
    show = output.result if args.dry_run else output.say
    show(f"Left by earlier deployments in {aws.describe()}:")
    found = leftovers(aws)
    for number, one in enumerate(found, 1):
        recent = "; created in the last hour, so `studio up` may still run" if one.recent else ""
        data = "  <- data" if one.holds_data else ""
        show(f"{number:4}  {one.name}: {one.note}{recent}{data}")
    if not found:
        output.result("      nothing")
    if not found or args.dry_run:
        return 0
    if args.yes:
        selected = unneeded(found, homes=args.homes, images=args.images)
    else:
        asked = "Numbers to delete, `all` (except data and recent ones), or Enter for none: "
        selected = chosen(found, answer(asked))
    sweep(selected, output.say)
    output.result(f"Deleted {len(selected)} of {len(found)}.")
    return 0
