"""Pieces of work that come after others: their order, their failures, their interruption."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest

from settings import UserError
from studio.processes.graph import Piece, in_order


class Notes(list[str]):
    """Pieces that note their name when they are done."""

    def piece(self, name: str, until: Callable[[], bool] = lambda: True) -> Piece:
        def work(_: Event) -> None:
            deadline = time.monotonic() + 20
            while not until():
                assert time.monotonic() < deadline, f"{name} waited in vain; done: {self}"
                time.sleep(0.01)
            self.append(name)

        return work

    def fails(self, name: str, until: Callable[[], bool] = lambda: True) -> Piece:
        noted = self.piece(name, until)

        def work(halt: Event) -> None:
            noted(halt)
            raise UserError(f"{name} failed")

        return work


def test_each_begins_when_those_before_it_are_done_and_waits_for_no_other() -> None:
    notes = Notes()
    work = {
        "slow": notes.piece("slow", lambda: "late" in notes),
        "early": notes.piece("early"),
        "late": notes.piece("late"),
        "last": notes.piece("last"),
    }
    in_order(work, {"late": ["early"], "last": ["slow", "late"]})
    assert notes == ["early", "late", "slow", "last"]


def test_nothing_to_do_is_done() -> None:
    in_order({}, {})


def test_behind_a_failure_nothing_is_begun_and_what_runs_is_finished() -> None:
    notes = Notes()
    work = {
        "bad": notes.fails("bad"),
        "running": notes.piece("running", lambda: "bad" in notes),
        "behind": notes.piece("behind"),
        "free": notes.piece("free"),
    }
    with pytest.raises(UserError, match="bad failed"):
        in_order(work, {"behind": ["bad"], "free": ["running"]})
    assert notes == ["bad", "running"]


def test_an_interrupt_stops_all_before_it_is_raised() -> None:
    stopped: list[str] = []
    begun = Event()

    def interrupted(_: Event) -> None:
        begun.wait(20)
        raise KeyboardInterrupt

    def running(halt: Event) -> None:
        begun.set()
        assert halt.wait(20)
        stopped.append("running")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_order({"one": interrupted, "other": running, "behind": running}, {"behind": ["other"]})
    assert stopped == ["running"]
