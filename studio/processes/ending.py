"""Ends a process and its descendants.

A ``psutil.Process`` also has its creation time: the system may reuse a pid.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable

import psutil

_END_SECONDS = 5.0
"""After SIGTERM, and after SIGKILL; after SIGINT, it is ``grace``."""

_INTERVAL = 0.1
_KILL: signal.Signals = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has no SIGKILL."""


def end(top: psutil.Process, *, grace: float, hurry: Callable[[], bool] = lambda: False) -> None:
    """Interrupt a process and its descendants; terminate, then kill, those that still run.

    grace: seconds between interrupting and terminating; 0 skips the interrupt. hurry: whether to
    kill them now.
    """
    known: set[psutil.Process] = set()
    # Descendants of a process that has ended need no grace.
    if grace and _runs(top) and _signal_until_ended(top, known, signal.SIGINT, grace, hurry):
        return
    if _signal_until_ended(top, known, signal.SIGTERM, _END_SECONDS, hurry):
        return
    _signal_until_ended(top, known, _KILL, _END_SECONDS)


def kill(top: psutil.Process) -> None:
    """Kill a process and its descendants."""
    _signal_until_ended(top, set(), _KILL, _END_SECONDS)


def end_children(*, grace: float, hurry: Callable[[], bool]) -> None:
    """End all children of this process."""
    for child in psutil.Process().children():
        end(child, grace=grace, hurry=hurry)


def _signal_until_ended(
    top: psutil.Process,
    known: set[psutil.Process],
    number: signal.Signals,
    seconds: float,
    hurry: Callable[[], bool] = lambda: False,
) -> bool:
    """Send the signal, also to new descendants; returns whether all ended within ``seconds``."""
    deadline = time.monotonic() + seconds
    sent: set[psutil.Process] = set()
    while family := set(filter(_runs, known | _started(top) | {top})):
        for member in family - sent:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(number)
        known |= family
        sent |= family
        if hurry() or time.monotonic() > deadline:
            return False
        time.sleep(_INTERVAL)
    return True


def _started(top: psutil.Process) -> set[psutil.Process]:
    """The descendants of a process, and the members of the session that it leads.

    A descendant whose parent has ended is in the session, but not in the process tree.
    """
    if psutil.pid_exists(top.pid) and not top.is_running():
        # The system reuses a pid only after its session has ended.
        return set()
    found: set[psutil.Process] = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        found.update(top.children(recursive=True))
    for pid in psutil.pids() if hasattr(os, "getsid") else ():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            if pid != top.pid and os.getsid(pid) == top.pid:
                member = psutil.Process(pid)
                # The system may have reused the pid in between.
                if os.getsid(pid) == top.pid:
                    found.add(member)
    return found


def _runs(member: psutil.Process) -> bool:
    """Whether it runs and is not a zombie."""
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
