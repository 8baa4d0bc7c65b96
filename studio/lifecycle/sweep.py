"""Which leftovers `studio sweep` deletes: with --yes, and by an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from settings import UserError
from studio.aws.errors import AwsError
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.lifecycle.leftovers import HOMES, REPOSITORY, Leftover


def unneeded(
    found: Iterable[Leftover], *, homes: bool = False, images: bool = False
) -> list[Leftover]:
    """The leftovers that hold no data and are not recent.

    homes, images: also home file systems, repositories with images, unless they are recent.
    """
    named = {HOMES: homes, REPOSITORY: images}
    return [one for one in found if not one.recent and (not one.holds_data or named.get(one.name))]


def chosen(found: Sequence[Leftover], answer: str) -> list[Leftover]:
    """The leftovers of an answer: numbers, or ``all`` for the unneeded ones.

    Raises UserError for any other answer.
    """
    picked: list[Leftover] = []
    for word in answer.replace(",", " ").split():
        if word == "all":
            picked += unneeded(found)
        elif word.isascii() and word.isdigit() and 1 <= int(word) <= len(found):
            picked.append(found[int(word) - 1])
        else:
            raise UserError(
                f"{word}: a number from 1 to {len(found)} or `all`; nothing was deleted"
            )
    return [one for one in found if one in picked]


def sweep(selected: Sequence[Leftover], report: Report) -> None:
    """Delete all of these; raises StepFailed at the end if one failed."""
    failed = 0
    for one in selected:
        try:
            one.delete(report)
        except (StepFailed, AwsError) as error:
            report(f"! {one.name} {one.note}: {error}")
            failed += 1
    if failed:
        raise StepFailed(f"{failed} of {len(selected)} could not be deleted (see above)")
