"""Waits for AWS, with progress and the caller's time limit."""

import contextlib
import time
from collections.abc import Callable, Iterator

from studio.console import output
from studio.console.reports import Report
from studio.errors import RUN_AGAIN, StepFailed
from studio.processes import interrupts

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_REPORT_EVERY = 15.0


def moments(seconds: float) -> Iterator[float]:
    """Sleep between polls; yields the elapsed seconds at each, until ``seconds`` have elapsed.

    Raises KeyboardInterrupt in a task that is interrupted.
    """
    started = time.monotonic()
    pause = _FIRST_PAUSE
    while True:
        passed = time.monotonic() - started
        yield passed
        if passed > seconds:
            return
        interrupts.sleep(pause)
        pause = min(pause * 1.4, _LONGEST_PAUSE)


def wait(pending: Callable[[], str], *, seconds: float, report: Report) -> None:
    """Poll ``pending``, which describes what is pending, until it returns "".

    Raises StepFailed with the last description after ``seconds``.
    """
    reported, what = 0.0, ""
    with contextlib.ExitStack() as stack:
        for passed in moments(seconds):
            what = pending()
            stack.close()
            if not what:
                return
            stack.enter_context(output.current().waiting(f"waiting   {what}"))
            if passed - reported > _REPORT_EVERY:
                report(f"waiting   {what} ({passed:.0f} of at most {seconds:.0f} s)")
                reported = passed
    raise StepFailed(f"still there after {seconds / 60:.0f} minutes: {what}; {RUN_AGAIN}")
