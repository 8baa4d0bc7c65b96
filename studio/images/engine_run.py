"""Running a container engine: progress that a person can read, no process left behind."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from settings import UserError
from studio.console.reports import Report

_STEP = re.compile(
    r"STEP \d+|#\d+ \[|Copying (blob|config) |Writing manifest"
    r"|[0-9a-f]{12}: (Pushed|Layer already exists|Mounted from)"
)
_LAST_LINES = 15
_GRACE_SECONDS = 5
_SILENCE_SECONDS = 30


def run_engine(
    argv: Sequence[str],
    *,
    what: str,
    report: Report,
    environment: Mapping[str, str],
    stdin: str = "",
) -> list[str]:
    """Run one command of an engine; returns the last lines of its output.

    Reports the steps of a build and of a push as they come, that it still works after each half
    minute of silence and, when the command fails, its last lines before a UserError that starts
    with `what`. An exception that arrives meanwhile (Ctrl-C) ends the engine with all of its
    children.
    """
    last: deque[str] = deque(maxlen=_LAST_LINES)
    try:
        process = subprocess.Popen(
            argv,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(f"{what} failed: {error.strerror}") from error
    try:
        _feed(process, stdin)
        for text in _lines(process, what, report):
            if text:
                last.append(text)
            if _STEP.match(text):
                report(f"  {text}")
        code = process.wait()
    except BaseException:
        _end(process)
        raise
    if code:
        for text in last:
            report(f"  {text}")
        raise UserError(f"{what} failed (exit {code}): {last[-1] if last else 'it said nothing'}")
    return list(last)


def _lines(process: subprocess.Popen[str], what: str, report: Report) -> Iterator[str]:
    """What it prints, line by line."""
    assert process.stdout is not None
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    started = time.monotonic()
    while True:
        try:
            line = lines.get(timeout=_SILENCE_SECONDS)
        except queue.Empty:
            report(f"  {what}: {time.monotonic() - started:.0f} s")
            continue
        if line is None:
            return
        yield line.rstrip()


def _read(stream: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    # Who else closed it would wait for this one's look, which a process that left the engine's
    # group, and lives on with the stream in its hands, may never let end.
    try:
        with stream:
            for line in stream:
                lines.put(line)
    finally:
        lines.put(None)


def _feed(process: subprocess.Popen[str], text: str) -> None:
    if process.stdin is None:
        return
    try:
        with process.stdin:
            process.stdin.write(text)
    except BrokenPipeError:
        return


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
