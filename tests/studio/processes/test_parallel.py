"""Tasks in parallel: their order, their names, their failures, their interruption."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from settings import UserError
from studio.console.reports import Report
from studio.processes import interrupts
from studio.processes import parallel as module
from studio.processes.parallel import run_graph, run_parallel

SECONDS = 30.0
"""More than any machine needs."""


class Tasks(list[str]):
    """Tasks that note their name when they are done."""

    def note(self, name: str, until: Callable[[], bool] = lambda: True) -> Callable[[], str]:
        def task() -> str:
            deadline = time.monotonic() + SECONDS
            while not until():
                assert time.monotonic() < deadline, f"{name} waited in vain; done: {self}"
                time.sleep(0.01)
            self.append(name)
            return name.upper()

        return task

    def fail(self, name: str, until: threading.Event) -> Callable[[], str]:
        def task() -> str:
            assert until.wait(SECONDS)
            self.append(name)
            raise UserError(f"{name} failed")

        return task


def test_each_starts_when_those_before_it_are_done_and_waits_for_no_other() -> None:
    done = Tasks()
    tasks = {
        "slow": done.note("slow", lambda: "late" in done),
        "early": done.note("early"),
        "late": done.note("late"),
        "last": done.note("last"),
    }
    results = run_graph(tasks, {"late": ["early"], "last": ["slow", "late"]})
    assert done == ["early", "late", "slow", "last"]
    assert list(results.items()) == [(name, name.upper()) for name in tasks]


def test_nothing_to_do_is_done() -> None:
    assert run_graph({}) == {}


def test_after_a_failure_nothing_is_started_and_what_runs_is_finished() -> None:
    done, running = Tasks(), threading.Event()

    def once_bad() -> bool:
        running.set()
        return "bad" in done

    tasks = {
        "bad": done.fail("bad", running),
        "running": done.note("running", once_bad),
        "behind": done.note("behind"),
        "free": done.note("free"),
    }
    with pytest.raises(UserError, match="bad failed"):
        run_graph(tasks, {"behind": ["bad"], "free": ["running"]})
    assert done == ["bad", "running"]


def test_an_interrupt_stops_all_before_it_is_raised() -> None:
    stopped: list[str] = []
    started = threading.Barrier(3)

    def sleeping() -> None:
        started.wait(SECONDS)
        try:
            interrupts.sleep(300)
        except KeyboardInterrupt:
            stopped.append("sleeping")
            raise

    def press() -> None:
        started.wait(SECONDS)
        # By then the main thread waits for the tasks.
        time.sleep(0.5)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=press).start()
    tasks = {"one": sleeping, "other": sleeping, "behind": sleeping}
    with pytest.raises(KeyboardInterrupt):
        run_graph(tasks, {"behind": ["other"]})
    assert stopped == ["sleeping", "sleeping"]


def test_an_interrupt_while_a_task_is_handed_over_waits_for_that_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, stopped = threading.Event(), list[str]()

    class Interrupted(ThreadPoolExecutor):
        def submit(self, fn: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
            super().submit(fn, *given, **named)
            assert started.wait(SECONDS)
            raise KeyboardInterrupt

    def sleeping() -> None:
        started.set()
        try:
            interrupts.sleep(300)
        finally:
            # Longer than the interrupt takes to be raised where nobody waits for the task.
            time.sleep(0.5)
            stopped.append("sleeping")

    monkeypatch.setattr(module, "ThreadPoolExecutor", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_graph({"one": sleeping, "never": sleeping})
    assert stopped == ["sleeping"]


def test_a_second_ctrl_c_is_a_second_interrupt() -> None:
    seen: list[str] = []
    main = threading.main_thread().ident or 0

    def stubborn() -> None:
        group = interrupts.current()
        time.sleep(0.5)
        signal.pthread_kill(main, signal.SIGINT)
        assert group.first.wait(SECONDS)
        seen.append("first")
        time.sleep(0.5)
        signal.pthread_kill(main, signal.SIGINT)
        assert group.second.wait(SECONDS)
        seen.append("second")

    with pytest.raises(KeyboardInterrupt):
        run_graph({"stubborn": stubborn})
    assert seen == ["first", "second"]


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_results_and_failures_by_name(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(module, "workers", lambda: workers)

    def good(name: str) -> Callable[[Report], str]:
        def task(report: Report) -> str:
            report(f"  {name}ing")
            return name.upper()

        return task

    def bad(_: Report) -> str:
        raise UserError("no")

    lines: list[str] = []
    tasks = {"a": good("a"), "b": bad, "c": good("c")}
    done, failed = run_parallel(tasks, report=lines.append)
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

    def task(_: Report) -> None:
        nonlocal running, seen
        with lock:
            running += 1
            seen = max(seen, running)
        full.wait(timeout=SECONDS)
        with lock:
            running -= 1

    run_parallel({str(number): task for number in range(2 * most)}, report=lambda _: None)
    assert seen == most


def test_a_bug_is_not_a_failed_task() -> None:
    started = threading.Barrier(2)
    ended: list[str] = []

    def buggy(_: Report) -> None:
        started.wait(SECONDS)
        raise ZeroDivisionError

    def good(_: Report) -> None:
        started.wait(SECONDS)
        ended.append("good")

    with pytest.raises(ZeroDivisionError):
        run_parallel({"a": buggy, "b": good}, report=lambda _: None)
    assert ended == ["good"]
