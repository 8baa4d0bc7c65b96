"""Locks on files: which process holds one; one run at a time in the folder of a deployment."""

import errno
import fcntl
import struct
import sys
from functools import cache
from pathlib import Path
from typing import IO, Any

from settings.errors import os_errors
from studio.errors import StepFailed

_NAME = "studio.lock"


@cache
def lock_folder(out: Path) -> IO[Any]:
    """Lock the folder of the stacks until this process ends; returns the open file.

    Two runs would write the same stacks and plans. The system releases the lock of a killed
    process. Raises UserError, StepFailed if another process holds the lock.
    """
    path = out / _NAME
    with os_errors(path):
        file = path.open("ab")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some file systems have no locks.
        if error.errno in (errno.EACCES, errno.EAGAIN):
            file.close()
            holder = lock_holder(path)
            ends = f"; `kill {holder}` ends it" if holder else ""
            raise StepFailed(
                f"{out}: another run uses it: wait for that run to end{ends}"
            ) from None
    return file


def lock_holder(path: Path) -> int | None:
    """The process with a POSIX lock on a file, 0 if the system does not name it; None without one.

    Does not take the lock, which would make a Terraform run that starts meanwhile fail.
    """
    layout, kind, pid = ("qqihh", 3, 2) if sys.platform == "darwin" else ("hhqqi", 0, 4)
    flock = [0] * 5
    flock[kind] = fcntl.F_WRLCK
    with path.open("rb") as file:
        answer = fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(layout, *flock))
    found = struct.unpack(layout, answer)
    return None if found[kind] == fcntl.F_UNLCK else max(found[pid], 0)
