"""Tasks in parallel: their order, results, failures and interrupts."""

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
"""A time limit for the tests."""


class Tasks(list[str]):
    """The names of the tasks that have ended."""

    def note(self, name: str, until: Callable[[], bool] = lambda: True) -> Callable[[], str]:
        def task() -> str:
            deadline = time.monotonic() + SECONDS
            while not until():
                assert time.monotonic() < deadline, f"{name} did not end; ended: {self}"
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


def test_a_task_starts_right_after_its_dependencies() -> None:
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


def test_run_graph_accepts_no_tasks() -> None:
    assert run_graph({}) == {}


def test_after_a_failure_running_tasks_end_and_no_other_starts() -> None:
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


def test_an_interrupt_is_raised_after_all_tasks_have_stopped() -> None:
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
        # Until the main thread waits for the tasks.
        time.sleep(0.2)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=press).start()
    tasks = {"one": sleeping, "other": sleeping, "behind": sleeping}
    with pytest.raises(KeyboardInterrupt):
        run_graph(tasks, {"behind": ["other"]})
    assert stopped == ["sleeping", "sleeping"]


def test_an_interrupt_inside_submit_waits_for_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
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
            # Without the wait, the interrupt would be raised earlier.
            time.sleep(0.2)
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
        time.sleep(0.2)
        signal.pthread_kill(main, signal.SIGINT)
        assert group.first.wait(SECONDS)
        seen.append("first")
        time.sleep(0.2)
        signal.pthread_kill(main, signal.SIGINT)
        assert group.second.wait(SECONDS)
        seen.append("second")

    with pytest.raises(KeyboardInterrupt):
        run_graph({"stubborn": stubborn})
    assert seen == ["first", "second"]


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_run_parallel_returns_results_and_failures_by_name(
    monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
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
def test_the_number_of_workers_is_half_the_cores_and_at_least_two(
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


def test_run_parallel_raises_an_unexpected_error() -> None:
    with pytest.raises(ZeroDivisionError):
        run_parallel({"a": lambda _: 1 // 0}, report=lambda _: None)
