"""Ends a process with all that it started.

A process is a ``psutil.Process``, which knows when it was created: a pid alone may belong to
another one by now.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable

import psutil

_INSIST_SECONDS = 5.0
"""How long a signal has to work before the next one."""

_INTERVAL = 0.1
_KILL: signal.Signals = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has one way alone to end a process."""


def end(top: psutil.Process, *, grace: float, hurry: Callable[[], bool] = lambda: False) -> None:
    """Interrupt a process with all that it started; terminate, then kill, what still runs.

    grace: seconds to end in after the interrupt; 0: it is terminated at once. hurry: when true,
    kill what still runs.
    """
    known: set[psutil.Process] = set()
    # What is left of a process that has ended has no work to finish.
    if grace and _runs(top) and _insist(top, known, signal.SIGINT, grace, hurry):
        return
    if _insist(top, known, signal.SIGTERM, _INSIST_SECONDS, hurry):
        return
    _insist(top, known, _KILL, _INSIST_SECONDS)


def kill(top: psutil.Process) -> None:
    """Kill a process with all that it started."""
    _insist(top, set(), _KILL, _INSIST_SECONDS)


def end_children(*, grace: float, hurry: Callable[[], bool]) -> None:
    """End every child of this process, also one that an interrupt left before it was noted."""
    for child in psutil.Process().children():
        end(child, grace=grace, hurry=hurry)


def _insist(
    top: psutil.Process,
    known: set[psutil.Process],
    number: signal.Signals,
    seconds: float,
    hurry: Callable[[], bool] = lambda: False,
) -> bool:
    """Whether all have ended after the signal, among them what is started in answer to it."""
    deadline = time.monotonic() + seconds
    sent: set[psutil.Process] = set()
    while family := _family(top, known):
        for member in family - sent:
            _send(member, number)
        known |= family
        sent |= family
        if hurry() or time.monotonic() > deadline:
            return False
        time.sleep(_INTERVAL)
    return True


def _family(top: psutil.Process, known: set[psutil.Process]) -> set[psutil.Process]:
    """What runs of it, of all that it started, and of what was seen before."""
    return set(filter(_runs, known | _started(top) | {top}))


def _started(top: psutil.Process) -> set[psutil.Process]:
    """What runs of its descendants, and of its session where it leads one.

    One whose parent has ended is in no tree any more, but in the session still.
    """
    if psutil.pid_exists(top.pid) and not top.is_running():
        # The session of that number is another one, too: none of this one was left then.
        return set()
    found: set[psutil.Process] = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        found.update(top.children(recursive=True))
    for pid in psutil.pids() if hasattr(os, "getsid") else ():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            if pid != top.pid and os.getsid(pid) == top.pid:
                member = psutil.Process(pid)
                # Asked again, since the pid may have got to another one in between.
                if os.getsid(pid) == top.pid:
                    found.add(member)
    return set(filter(_runs, found))


def _runs(member: psutil.Process) -> bool:
    """Whether it does anything still: one that its parent has not waited for yet does not."""
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _send(member: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        member.send_signal(number)
