"""The leftovers that `studio sweep` deletes, with --yes and by an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from settings import UserError
from studio.errors import StepFailed
from studio.lifecycle.leftovers import HOMES, REPOSITORY, Leftover
from studio.lifecycle.sweep import chosen, sweep, unneeded


def one(
    name: str, *, holds_data: bool = False, fails: bool = False, age: timedelta | None = None
) -> Leftover:
    def delete(report: object) -> None:
        if fails:
            raise StepFailed("in use")
        assert callable(report)
        report(f"deleted   {name}")

    created = None if age is None else datetime.now(UTC) - age
    return Leftover(name=name, note="", delete=delete, holds_data=holds_data, created=created)


HOME, NODE, LOGS = one(HOMES, holds_data=True), one("node"), one("logs")
IMAGES = one(REPOSITORY, holds_data=True, age=timedelta(hours=2))
EMPTY = one(REPOSITORY, age=timedelta(hours=2))
RECENT = one("KMS key", age=timedelta(0))
RECENT_IMAGES = one(REPOSITORY, holds_data=True, age=timedelta(0))


def test_what_was_created_in_the_last_hour_is_recent() -> None:
    assert one("KMS key", age=timedelta(minutes=59)).recent
    assert not one("KMS key", age=timedelta(minutes=61)).recent
    assert not NODE.recent


@pytest.mark.parametrize(
    ("flags", "deleted"),
    [
        ({}, [NODE, EMPTY]),
        ({"homes": True}, [HOME, NODE, EMPTY]),
        ({"images": True}, [NODE, IMAGES, EMPTY]),
    ],
)
def test_data_is_deleted_only_with_its_flag_and_what_is_recent_never(
    flags: dict[str, bool], deleted: list[Leftover]
) -> None:
    found = [HOME, NODE, IMAGES, EMPTY, RECENT, RECENT_IMAGES]
    assert unneeded(found, **flags) == deleted
    assert chosen(found, "all") == unneeded(found)


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ("", []),
        ("all", [NODE, LOGS]),
        ("3, 1", [HOME, LOGS]),
        ("1 all", [HOME, NODE, LOGS]),
        ("2 2", [NODE]),
        ("4", [RECENT]),
    ],
)
def test_numbers_select_any_and_all_those_without_data(words: str, picked: list[Leftover]) -> None:
    assert chosen([HOME, NODE, LOGS, RECENT], words) == picked


@pytest.mark.parametrize("words", ["0", "5", "-1", "yes", "1-3", "²", "all!"])
def test_any_other_answer_is_an_error(words: str) -> None:
    with pytest.raises(UserError, match="nothing was deleted"):
        chosen([HOME, NODE, LOGS, RECENT], f"1 {words}")


def test_a_failed_deletion_does_not_stop_the_others() -> None:
    said: list[str] = []
    with pytest.raises(StepFailed, match="1 of 3"):
        sweep([NODE, one("group", fails=True), LOGS], said.append)
    assert said[-1] == "deleted   logs"
