"""Deletes what earlier deployments left, as chosen from the list of ``leftovers``."""

from __future__ import annotations

from collections.abc import Sequence

from settings import UserError
from studio.aws.errors import AwsError
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.lifecycle.leftovers import Leftover


def chosen(found: Sequence[Leftover], words: str) -> list[Leftover]:
    """Those of ``found`` that a person's answer means; data, and what is recent, by number only.

    Raises UserError for anything else than numbers of the list or ``all``.
    """
    picked: list[Leftover] = []
    for word in words.replace(",", " ").split():
        if word == "all":
            picked += [one for one in found if not one.holds_data and not one.recent]
        elif word.isascii() and word.isdigit() and 1 <= int(word) <= len(found):
            picked.append(found[int(word) - 1])
        else:
            raise UserError(
                f"{word}: a number from 1 to {len(found)} or `all`; nothing was deleted"
            )
    return [one for one in found if one in picked]


def sweep(selected: Sequence[Leftover], report: Report) -> None:
    """Delete these; one that fails does not stop the others. Raises StepFailed at the end."""
    failed = 0
    for one in selected:
        try:
            one.delete(report)
        except (StepFailed, AwsError) as error:
            report(f"! {one.name} {one.note}: {error}")
            failed += 1
    if failed:
        raise StepFailed(f"{failed} of {len(selected)} could not be deleted (see above)")
