"""Pieces of work at once: their order, their names, their failures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import wait

import pytest

from settings import UserError
from studio.console.reports import Report
from studio.processes import parallel as module
from studio.processes.parallel import Pause, Piece, side_by_side


def fails(_: Report, __: Pause) -> str:
    raise UserError("no")


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_results_and_failures_by_name(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(module, "workers", lambda: workers)

    def good(name: str) -> Piece[str]:
        def piece(report: Report, pause: Pause) -> str:
            report(f"  {name}ing")
            pause(0)
            return name.upper()

        return piece

    lines: list[str] = []
    work = {"a": good("a"), "b": fails, "c": good("c")}
    done, failed = side_by_side(work, report=lines.append)
    assert list(done.items()) == [("a", "A"), ("c", "C")]
    assert [(name, str(error)) for name, error in failed.items()] == [("b", "no")]
    assert sorted(lines) == ["a: aing", "c: cing"]


@pytest.mark.parametrize(("cores", "most"), [(None, 2), (1, 2), (3, 2), (4, 2), (16, 8)])
def test_as_many_at_once_as_half_the_cores_and_at_least_two(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, most: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    lock, running, seen = threading.Lock(), 0, 0
    full = threading.Barrier(most)

    def piece(_: Report, __: Pause) -> None:
        nonlocal running, seen
        with lock:
            running += 1
            seen = max(seen, running)
        full.wait(timeout=20)
        with lock:
            running -= 1

    side_by_side({str(number): piece for number in range(2 * most)}, report=lambda _: None)
    assert seen == most


def test_a_bug_is_not_a_failed_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "workers", lambda: 2)
    ended: list[str] = []

    def buggy(_: Report, __: Pause) -> None:
        raise ZeroDivisionError

    def good(_: Report, pause: Pause) -> None:
        pause(0.05)
        ended.append("good")

    work: dict[str, Callable[[Report, Pause], None]] = {"a": buggy, "b": good}
    with pytest.raises(ZeroDivisionError):
        side_by_side(work, report=lambda _: None)
    assert ended == ["good"]


def test_an_interrupt_ends_every_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "workers", lambda: 2)
    stopped: list[str] = []
    waiting = threading.Barrier(3)

    def patient(_: Report, pause: Pause) -> None:
        waiting.wait(timeout=20)
        try:
            pause(300)
        except KeyboardInterrupt:
            stopped.append("patient")
            raise

    def interrupted(*_: object) -> None:
        waiting.wait(timeout=20)
        raise KeyboardInterrupt

    # Ctrl-C arrives where the main thread waits for the pieces.
    monkeypatch.setattr(module, "wait", _first(interrupted, wait))
    with pytest.raises(KeyboardInterrupt):
        side_by_side({"a": patient, "b": patient}, report=lambda _: None)
    assert stopped == ["patient", "patient"]


def _first(once: Callable[..., object], then: Callable[..., object]) -> Callable[..., object]:
    calls = iter([once])
    return lambda *args, **more: next(calls, then)(*args, **more)
