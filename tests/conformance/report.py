"""What became of each claim: it agrees, it differs with AWS's answer, or it could not be asked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from catalog.claims import CLAIMS
from tests.conformance.account import Account
from tests.conformance.account_life import Life

AGREES, DIFFERS, NOT_ASKED = "agrees", "differs", "not asked"


class Report:
    """A plugin of pytest: hands the account to the tests, and notes how each claim's test ends."""

    def __init__(self, *, account: Account, claims: list[str], life: Life | None = None) -> None:
        self.account = account
        self.life = life
        self._claims = claims
        self._found: dict[str, tuple[str, str]] = {}
        self.left_behind: str | None = None
        """Why not all that the run made could be deleted; None where it was."""

    @property
    def differs(self) -> bool:
        return any(outcome == DIFFERS for outcome, _ in self._found.values())

    def as_dict(self) -> dict[str, Any]:
        """The report as it is committed: it names no account."""
        return {
            "region": self.account.region,
            "date": datetime.date.today().isoformat(),
            "claims": {
                id_: dict(zip(("outcome", "answer"), self._of(id_), strict=True))
                for id_ in self._claims
            },
        }

    def _of(self, id_: str) -> tuple[str, str]:
        never = CLAIMS[id_].unasked
        return self._found.get(id_, (NOT_ASKED, never or "the run ended before"))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if _claim(item) in self._claims]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        made = yield
        id_ = _claim(item)
        if call.when == "teardown" and call.excinfo is not None:
            self.left_behind = _first_line(call.excinfo.value)
        if id_ is not None and call.when != "teardown" and id_ not in self._found:
            error = call.excinfo.value if call.excinfo is not None else None
            if error is not None:
                self._found[id_] = _outcome(error, in_test=call.when == "call")
            elif call.when == "call":
                self._found[id_] = (AGREES, "")
        return made


def report_of(config: pytest.Config) -> Report | None:
    """The report of a run that asks an account; None where the tests run on their own emulator."""
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, Report):
            return plugin
    return None


def _claim(item: pytest.Item) -> str | None:
    marker = item.get_closest_marker("claim")
    return str(marker.args[0]) if marker is not None else None


def _outcome(error: BaseException, *, in_test: bool) -> tuple[str, str]:
    # An answer that the question did not count on may come of the account as well as of AWS.
    differs = in_test and isinstance(error, (AssertionError, pytest.fail.Exception))
    return (DIFFERS if differs else NOT_ASKED), _first_line(error)


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
