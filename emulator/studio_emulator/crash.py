"""The fault `die`: kills the emulator's process, continues in a fork; `faults` may refuse it."""

import contextlib
import os
import signal
import stat
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Never

from studio_emulator.lock import LOCK, fork


def crash(successor: Callable[[], object]) -> Never:
    """Kill this process with SIGKILL; a fork runs ``successor`` and exits.

    Moto's state cannot be serialized, but a fork has it. The caller holds LOCK, so no other thread
    runs an operation.
    """
    parent = os.getpid()
    if fork():
        os.kill(parent, signal.SIGKILL)
        while True:
            signal.pause()
    try:
        LOCK.release()
        _close_sockets()
        while os.getppid() == parent:
            time.sleep(0.01)
        successor()
        os._exit(0)
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    os._exit(1)


def _close_sockets() -> None:
    """Close the inherited connections and ports."""
    null = os.open(os.devnull, os.O_RDWR)
    for path in Path("/dev/fd").iterdir():
        number = int(path.name)
        with contextlib.suppress(OSError):
            if number > sys.stderr.fileno() and stat.S_ISSOCK(os.fstat(number).st_mode):
                # Keeps the number in use: the socket's object may close it again.
                os.dup2(null, number)
