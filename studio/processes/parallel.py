"""Runs tasks in threads, in the order of their dependencies; which still start after a failure."""

import os
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from graphlib import TopologicalSorter
from typing import TypeVar

from settings import UserError
from studio.console.reports import Report
from studio.processes import interrupts

T = TypeVar("T")

_INTERVAL = 1.0
"""A signal just before a wait does not end that wait."""


def workers() -> int:
    """The number of parallel uploads, at least two: an upload mostly waits for the network."""
    return max(2, (os.cpu_count() or 1) // 2)


def builders() -> int:
    """The number of parallel builds and checks: a build takes a core, its engine another."""
    return max(1, (os.cpu_count() or 1) // 2)


def run_graph(
    tasks: Mapping[str, Callable[[], T]],
    after: Mapping[str, Collection[str]] | None = None,
    *,
    limit: int | None = None,
) -> dict[str, T]:
    """Run each task after those that it comes ``after``; returns the results by name.

    If a task raises an error, starts no other one, waits for the running ones, then raises the
    error. Ctrl-C interrupts the tasks (see ``interrupts``); raises KeyboardInterrupt after all have
    ended. limit: the number of parallel tasks; default, all.
    """
    order = TopologicalSorter({name: (after or {}).get(name, ()) for name in tasks})
    order.prepare()
    futures: dict[str, Future[T]] = {}
    results: dict[str, T] = {}
    pool = ThreadPoolExecutor(limit or max(1, len(tasks)))
    with interrupts.group() as group:
        try:
            while order.is_active():
                for name in order.get_ready():
                    # An interrupt inside `submit` must find the future.
                    future = futures[name] = Future()
                    pool.submit(copy_context().run, _run, tasks[name], future)
                running = {futures[name]: name for name in futures.keys() - results.keys()}
                for done in wait(running, _INTERVAL, FIRST_COMPLETED).done:
                    results[running[done]] = done.result()
                    order.done(running[done])
        except KeyboardInterrupt:
            _interrupt(group, pool, futures.values())
            raise
        except Exception:
            try:
                _stop(pool, futures.values())
            except KeyboardInterrupt:
                _interrupt(group, pool, futures.values())
                raise
            raise
    pool.shutdown()
    return {name: results[name] for name in tasks}


def _run(task: Callable[[], T], future: Future[T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(task())
    except BaseException as error:
        future.set_exception(error)


def _interrupt(
    group: interrupts.Interrupts, pool: ThreadPoolExecutor, futures: Collection[Future[T]]
) -> None:
    """Interrupt the tasks and wait for them; a second Ctrl-C interrupts them again."""
    try:
        group.interrupt()
        _stop(pool, futures)
    except KeyboardInterrupt:
        group.interrupt()
        _stop(pool, futures)


def _stop(pool: ThreadPoolExecutor, futures: Collection[Future[T]]) -> None:
    """Start no other task, and wait for the running ones.

    The pool cannot wait: Python 3.11 takes a thread for ended if its join was interrupted.
    """
    pool.shutdown(wait=False, cancel_futures=True)
    for future in futures:
        future.cancel()
    while running := [future for future in futures if not future.done()]:
        wait(running, _INTERVAL)


def run_parallel(
    tasks: Mapping[str, Callable[[Report], T]], *, report: Report
) -> tuple[dict[str, T], dict[str, UserError]]:
    """Run each task; returns the results, and the UserErrors of failed tasks, by name.

    A failure does not stop other tasks. Each report begins with the task's name. Ctrl-C: see
    ``run_graph``.
    """
    reporting = threading.Lock()

    def outcome(name: str) -> T | UserError:
        def named(text: str) -> None:
            interrupts.check()
            with reporting:
                report(f"{name}: {text.strip()}")

        try:
            return tasks[name](named)
        except UserError as error:
            return error

    outcomes = run_graph({name: partial(outcome, name) for name in tasks}, limit=workers())
    failed = {name: found for name, found in outcomes.items() if isinstance(found, UserError)}
    done = {name: found for name, found in outcomes.items() if not isinstance(found, UserError)}
    return done, failed
