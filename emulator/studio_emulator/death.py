"""The emulator's process killed in the middle of a request, and the one that comes after it."""

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


def die(successor: Callable[[], object]) -> Never:
    """Kill this process as SIGKILL does; a copy of its memory runs ``successor`` and ends.

    The copy is a fork: moto's memory cannot be written down and read back. The caller holds LOCK,
    so that no other thread is half-way through an operation whose rest would be missing.
    """
    dying = os.getpid()
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold; LOCK is the only one there is.
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
    """Close the inherited connections and ports, which the death of their process has to close."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for path in Path("/dev/fd").iterdir():
        number = int(path.name)
        with contextlib.suppress(OSError):
            if number > sys.stderr.fileno() and stat.S_ISSOCK(os.fstat(number).st_mode):
                # The number stays taken: its owner, which is still in memory, may close it again.
                os.dup2(nothing, number)
