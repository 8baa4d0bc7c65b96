"""A check, what it says, and how one that cannot be made is kept from hiding the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from settings import UserError
from settings.errors import printable
from studio.doctor.context import Studio


class Place(StrEnum):
    """Whose prerequisite it is."""

    CLIENT = "client"
    ACCOUNT = "account"
    DEPLOYMENT = "deployment"


class Outcome(StrEnum):
    """NOT_CHECKED: it could not be found out, as where AWS denies the look-up."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_CHECKED = "not-checked"


class Unmet(Exception):
    """The prerequisite is not met; the message says what was found, in one line.

    more: further words for the check's ``mend``.
    """

    def __init__(self, found: str, **more: str) -> None:
        super().__init__(found)
        self.more = more


@dataclass(frozen=True, kw_only=True)
class Check:
    """A prerequisite.

    why: what goes wrong without it. mend: the command that mends it, with {region} and {name} and
    what ``Unmet`` adds. look: what was found where it is met; raises Unmet where it is not, and
    UserError where that cannot be told.
    """

    name: str
    place: Place
    why: str
    mend: str
    look: Callable[[Studio], str]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a check said. mend: empty unless it failed."""

    name: str
    place: Place
    outcome: Outcome
    found: str
    why: str
    mend: str


def examine(checks: Iterable[Check], studio: Studio) -> Iterator[Result]:
    """The result of each check, as soon as it is known."""
    for check in checks:
        mend = ""
        try:
            outcome, found = Outcome.PASSED, check.look(studio)
        except Unmet as unmet:
            outcome, found = Outcome.FAILED, str(unmet)
            mend = check.mend.format_map(studio.words | unmet.more)
        except UserError as unknown:
            outcome, found = Outcome.NOT_CHECKED, str(unknown)
        yield Result(
            name=check.name,
            place=check.place,
            outcome=outcome,
            found=printable(found),
            why=check.why,
            mend=mend,
        )
