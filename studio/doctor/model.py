"""A check and its result: passed, failed, or not checked, as where AWS denies a call."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from settings import UserError
from settings.errors import printable
from studio.doctor.context import Context


class Scope(StrEnum):
    CLIENT = "client"
    ACCOUNT = "account"
    DEPLOYMENT = "deployment"


class Outcome(StrEnum):
    """NOT_CHECKED: the check cannot be made, for example because AWS denies a call."""

    PASSED = "pass"
    FAILED = "fail"
    NOT_CHECKED = "not-checked"


class Unmet(Exception):
    """The check fails; the message says what was found, in one line.

    values: more placeholders of the check's ``fix``.
    """

    def __init__(self, found: str, **values: str) -> None:
        super().__init__(found)
        self.values = values


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check of one prerequisite.

    why: why the prerequisite matters. fix: the command that fixes it, with {region} and the values
    of ``Unmet``; by default the ``command`` of it. run: returns what was found; raises Unmet if the
    check fails, UserError if it cannot be made.
    """

    name: str
    scope: Scope
    why: str
    fix: str = "{command}"
    run: Callable[[Context], str]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of a check. fix: empty unless it failed."""

    name: str
    scope: Scope
    outcome: Outcome
    found: str
    why: str
    fix: str


def run_checks(checks: Iterable[Check], context: Context) -> Iterator[Result]:
    """The result of each check, as soon as it has run."""
    for check in checks:
        fix = ""
        try:
            outcome, found = Outcome.PASSED, check.run(context)
        except Unmet as unmet:
            outcome, found = Outcome.FAILED, str(unmet)
            fix = check.fix.format(region=context.settings.region, **unmet.values)
        except UserError as error:
            outcome, found = Outcome.NOT_CHECKED, str(error)
        yield Result(
            name=check.name,
            scope=check.scope,
            outcome=outcome,
            found=printable(found),
            why=check.why,
            fix=fix,
        )
