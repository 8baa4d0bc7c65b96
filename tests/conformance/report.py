"""The result of each claim: AWS agrees, AWS differs, or the claim was not checked."""

import datetime
from typing import Any

import pytest

from catalog.claims import CLAIMS
from tests.conformance.account import Account
from tests.conformance.checked_deployment import CheckedDeployment

AGREES, DIFFERS, NOT_CHECKED = "agrees", "differs", "not checked"


class Report:
    """A pytest plugin that provides the account and records the result of each claim's test."""

    def __init__(
        self, *, account: Account, claims: list[str], deployment: CheckedDeployment | None = None
    ) -> None:
        self.account = account
        self.deployment = deployment
        self._claims = claims
        self._found: dict[str, tuple[str, str]] = {}
        self.not_deleted: str | None = None
        """Why not all resources of the run could be deleted; None if they were."""

    @property
    def differs(self) -> bool:
        return any(outcome == DIFFERS for outcome, _ in self._found.values())

    def as_dict(self) -> dict[str, Any]:
        """The report, without the id of the account."""
        return {
            "region": self.account.region,
            "date": datetime.date.today().isoformat(),
            "claims": {
                id_: dict(zip(("outcome", "answer"), self._of(id_), strict=True))
                for id_ in self._claims
            },
        }

    def _of(self, id_: str) -> tuple[str, str]:
        reason = CLAIMS[id_].unchecked or "the run ended before"
        return self._found.get(id_, (NOT_CHECKED, reason))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if _claim(item) in self._claims]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        id_ = _claim(item)
        if call.when == "teardown" and call.excinfo is not None:
            self.not_deleted = _first_line(call.excinfo.value)
        if id_ is not None and call.when != "teardown" and id_ not in self._found:
            error = call.excinfo.value if call.excinfo is not None else None
            if error is not None:
                self._found[id_] = _outcome(error, in_test=call.when == "call")
            elif call.when == "call":
                self._found[id_] = (AGREES, "")
        return report


def report_of(config: pytest.Config) -> Report | None:
    """The report of `python -m tests.conformance`; None in other runs, on the emulated AWS."""
    for plugin in config.pluginmanager.get_plugins():
        if isinstance(plugin, Report):
            return plugin
    return None


def _claim(item: pytest.Item) -> str | None:
    marker = item.get_closest_marker("claim")
    return str(marker.args[0]) if marker is not None else None


def _outcome(error: BaseException, *, in_test: bool) -> tuple[str, str]:
    # Any other error can have its cause in the account.
    differs = in_test and isinstance(error, (AssertionError, pytest.fail.Exception))
    return (DIFFERS if differs else NOT_CHECKED), _first_line(error)


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
