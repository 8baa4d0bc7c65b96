"""Runs a container engine and reports its progress."""

import re
import time
from collections import deque
from collections.abc import Mapping, Sequence

from settings.errors import os_errors
from studio.console import output
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.processes.children import stream

_STEP = re.compile(
    r"STEP \d+|#\d+ \[|Copying (blob|config) |Writing manifest"
    r"|[0-9a-f]{12}: (Pushed|Layer already exists|Mounted from)"
)
_LAST_LINES = 15
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

    Reports each step of a build or push, and the elapsed time after half a minute without output.
    If the command fails, reports its last lines and raises StepFailed. what: begins the error. An
    interrupt ends the engine.
    """
    last: deque[str] = deque(maxlen=_LAST_LINES)
    started = heard = time.monotonic()

    def each_line(line: str) -> None:
        nonlocal heard
        heard = time.monotonic()
        text = line.rstrip()
        if text:
            last.append(text)
        if _STEP.match(text):
            report(f"  {text}")

    def each_moment() -> None:
        nonlocal heard
        now = time.monotonic()
        if now - heard >= _SILENCE_SECONDS:
            heard = now
            report(f"  {what}: {now - started:.0f} s")

    with os_errors(f"{what} failed"), output.current().waiting(what):
        code = stream(
            argv, env=environment, stdin=stdin, each_line=each_line, each_moment=each_moment
        )
    if code:
        for text in last:
            report(f"  {text}")
        raise StepFailed(f"{what} failed (exit {code}): {last[-1] if last else 'no output'}")
    return list(last)
