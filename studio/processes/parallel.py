"""Several pieces of work at once, each with its name before what it says."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import psutil

from settings import UserError
from studio.console.reports import Report

Pause = Callable[[float], object]
"""Waits for that many seconds; raises KeyboardInterrupt when the whole was interrupted."""

T = TypeVar("T")
Piece = Callable[[Report, Pause], T]
_GRACE_SECONDS = 15


def workers() -> int:
    """How many at once, at least two: most of an upload is waiting for the network."""
    return max(2, (os.cpu_count() or 1) // 2)


def builders() -> int:
    """How many builds and checks at once: a build takes a core, and its engine another."""
    return max(1, (os.cpu_count() or 1) // 2)


def side_by_side(
    work: Mapping[str, Piece[T]], *, report: Report
) -> tuple[dict[str, T], dict[str, UserError]]:
    """Do each piece; returns the results, and the errors of those that failed, by name.

    A failure leaves the others alone. On an interrupt, programs that the pieces have started are
    ended, and all pieces have stopped when it is raised.
    """
    reports = {name: _named(name, report) for name in work}
    if len(work) == 1:
        return _sorted({name: _in_turn(work[name], reports[name]) for name in work})
    return _sorted(_at_once(work, reports))


def _in_turn(piece: Piece[T], report: Report) -> T | UserError:
    try:
        return piece(report, time.sleep)
    except UserError as error:
        return error


def _at_once(
    work: Mapping[str, Piece[T]], reports: Mapping[str, Report]
) -> dict[str, T | UserError]:
    halt, speaking = threading.Event(), threading.Lock()

    def pause(seconds: float) -> None:
        if halt.wait(seconds):
            raise KeyboardInterrupt

    def guarded(report: Report) -> Report:
        def say(text: str) -> None:
            pause(0)
            with speaking:
                report(text)

        return say

    def piece(name: str) -> T | UserError:
        try:
            return work[name](guarded(reports[name]), pause)
        except UserError as error:
            return error

    before = set(psutil.Process().children(recursive=True))
    with ThreadPoolExecutor(workers()) as pool:
        futures = {name: pool.submit(piece, name) for name in work}
        try:
            wait(futures.values())
        except BaseException:
            halt.set()
            pool.shutdown(wait=False, cancel_futures=True)
            _end(futures, before)
            raise
        return {name: future.result() for name, future in futures.items()}


def _end(futures: Mapping[str, Future[T]], before: set[psutil.Process]) -> None:
    """End what the pieces have started until they have stopped: they may start programs to tidy."""
    while True:
        for process in set(psutil.Process().children(recursive=True)) - before:
            try:
                process.terminate()
            except psutil.NoSuchProcess:
                continue
        if not wait(futures.values(), timeout=_GRACE_SECONDS).not_done:
            return


def _sorted(
    outcomes: Mapping[str, T | UserError],
) -> tuple[dict[str, T], dict[str, UserError]]:
    done: dict[str, T] = {}
    failed: dict[str, UserError] = {}
    for name, outcome in outcomes.items():
        if isinstance(outcome, UserError):
            failed[name] = outcome
        else:
            done[name] = outcome
    return done, failed


def _named(name: str, report: Report) -> Report:
    return lambda text: report(f"{name}: {text.strip()}")
