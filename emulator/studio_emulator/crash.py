"""The fault `die`: kills the emulator's process and continues in another one."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Never

from studio_emulator.lock import LOCK


def crash(successor: Callable[[], object]) -> Never:
    """Kill this process with SIGKILL; a fork of it runs ``successor`` and ends.

    A fork, because moto's memory cannot be saved and loaded. The caller holds LOCK, so no other
    thread is in the middle of an operation.
    """
    dying = os.getpid()
    with warnings.catch_warnings():
        # Python warns about locks of other threads; LOCK is the only one here.
        warnings.simplefilter("ignore", DeprecationWarning)
        copied = os.fork()
    if copied:
        os.kill(dying, signal.SIGKILL)
        while True:
            signal.pause()
    try:
        LOCK.release()
        _close_sockets()
        while os.getppid() == dying:
            time.sleep(0.01)
        successor()
        os._exit(0)
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    os._exit(1)


def _close_sockets() -> None:
    """Close the inherited connections and ports, as the end of their process would."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for path in Path("/dev/fd").iterdir():
        number = int(path.name)
        with contextlib.suppress(OSError):
            if number > sys.stderr.fileno() and stat.S_ISSOCK(os.fstat(number).st_mode):
                # The number stays in use: its owner, still in memory, may close it again.
                os.dup2(nothing, number)
