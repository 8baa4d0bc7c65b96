"""Waiting for AWS: told what for, never for ever."""

import time
from collections.abc import Callable

from scripts.support.cdktf_runs import StepFailed

Report = Callable[[str], None]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_REPORT_EVERY = 15.0


def wait(pending: Callable[[], str], *, seconds: float, report: Report) -> None:
    """Ask ``pending`` what is still to come until it answers nothing.

    Raises StepFailed with that answer when ``seconds`` have passed.
    """
    started = told = time.monotonic()
    pause = _FIRST_PAUSE
    while what := pending():
        now = time.monotonic()
        if now - started > seconds:
            raise StepFailed(
                f"still there after {seconds / 60:.0f} minutes: {what}; run the same command "
                "again to go on"
            )
        if now - told > _REPORT_EVERY:
            report(f"waiting   {what} ({now - started:.0f} of at most {seconds:.0f} s)")
            told = now
        time.sleep(pause)
        pause = min(pause * 1.4, _LONGEST_PAUSE)
