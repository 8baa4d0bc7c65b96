"""The leftovers that an answer selects."""

from __future__ import annotations

import pytest

from settings import UserError
from studio.errors import StepFailed
from studio.lifecycle.leftovers import Leftover
from studio.lifecycle.sweep import chosen, sweep


def one(name: str, *, holds_data: bool = False, fails: bool = False) -> Leftover:
    def delete(report: object) -> None:
        if fails:
            raise StepFailed("in use")
        assert callable(report)
        report(f"deleted   {name}")

    return Leftover(name=name, note="", delete=delete, holds_data=holds_data)


HOME, NODE, LOGS = one("home", holds_data=True), one("node"), one("logs")


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ("", []),
        ("all", [NODE, LOGS]),
        ("3, 1", [HOME, LOGS]),
        ("1 all", [HOME, NODE, LOGS]),
        ("2 2", [NODE]),
    ],
)
def test_all_does_not_select_data(words: str, picked: list[Leftover]) -> None:
    assert chosen([HOME, NODE, LOGS], words) == picked


@pytest.mark.parametrize("words", ["0", "4", "-1", "yes", "1-3", "²", "all!"])
def test_any_other_answer_is_an_error(words: str) -> None:
    with pytest.raises(UserError, match="nothing was deleted"):
        chosen([HOME, NODE, LOGS], f"1 {words}")


def test_a_failed_deletion_does_not_stop_the_others() -> None:
    said: list[str] = []
    with pytest.raises(StepFailed, match="1 of 3"):
        sweep([NODE, one("group", fails=True), LOGS], said.append)
    assert said[-1] == "deleted   logs"
