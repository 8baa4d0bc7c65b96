"""Running a container engine: progress that a person can read, no process left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from settings import UserError

Report = Callable[[str], object]

_STEP = re.compile(r"STEP \d+|#\d+ \[")
_LAST_LINES = 15
_GRACE_SECONDS = 5


def run_engine(
    argv: Sequence[str],
    *,
    what: str,
    report: Report,
    environment: Mapping[str, str],
    stdin: str = "",
) -> list[str]:
    """Run one command of an engine; returns the last lines of its output.

    Reports the steps of a build as they come and, when the command fails, its last lines before
    a UserError that starts with `what`. An exception that arrives meanwhile (Ctrl-C) ends the
    engine with all of its children.
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
    with process:
        try:
            _feed(process, stdin)
            for line in process.stdout or ():
                text = line.rstrip()
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
