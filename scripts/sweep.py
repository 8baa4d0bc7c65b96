"""``studio sweep``: finds what earlier deployments left in the account, deletes what is chosen."""

import argparse
from collections.abc import Sequence

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.console.prompts import answer
from studio.errors import StepFailed
from studio.lifecycle.sweep import HOMES, REPOSITORY, Leftover, leftovers
from studio.toolchain import toolbox


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
    toolbox.say(f"Left by earlier deployments in {Aws(settings.region).describe()}:")
    found = leftovers(Aws(settings.region))
    for number, one in enumerate(found, 1):
        toolbox.say(f"{number:4}  {one.name}: {one.note}{_data(one)}")
    if not found:
        toolbox.say("      nothing")
    if not found or args.dry_run:
        return 0
    if args.yes:
        named = {HOMES: args.homes, REPOSITORY: args.images}
        swept = [one for one in found if not one.holds_data or named[one.name]]
    else:
        words = answer("Numbers to delete, `all` but data, or nothing: ")
        swept = chosen(found, words)
    sweep(swept)
    return 0


def chosen(found: Sequence[Leftover], words: str) -> list[Leftover]:
    """Those of ``found`` that a person's answer means; data only by its number.

    Raises UserError for anything else than numbers of the list or ``all``.
    """
    picked: list[Leftover] = []
    for word in words.replace(",", " ").split():
        if word == "all":
            picked += [one for one in found if not one.holds_data]
        elif word.isascii() and word.isdigit() and 1 <= int(word) <= len(found):
            picked.append(found[int(word) - 1])
        else:
            raise UserError(
                f"{word}: a number from 1 to {len(found)} or `all`; nothing was deleted"
            )
    return [one for one in found if one in picked]


def sweep(swept: Sequence[Leftover]) -> None:
    """Delete these; one that fails does not stop the others. Raises StepFailed at the end."""
    failed = 0
    for one in swept:
        try:
            one.delete(toolbox.say)
        except (StepFailed, AwsError) as error:
            toolbox.say(f"! {one.name} {one.note}: {error}")
            failed += 1
    if failed:
        raise StepFailed(f"{failed} of {len(swept)} could not be deleted (see above)")


def _data(one: Leftover) -> str:
    return "  <- data" if one.holds_data else ""
