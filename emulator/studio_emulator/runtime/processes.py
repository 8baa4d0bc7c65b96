"""Finds all processes of an app or a run, also detached ones, by a variable, and kills them."""

import contextlib
import os
import shutil

import psutil

MARK = "STUDIO_EMULATOR_APP"
"""The variable in the environment of each process of an app: `RUN/NUMBER`."""

_GONE_SECONDS = 5.0


def shell() -> str:
    return shutil.which("bash") or "/bin/sh"


def kill_all(mark: str) -> None:
    """Kill the other processes of an app, or of every app of a run, and wait for their end.

    This includes detached processes.
    """
    while found := [process for process in psutil.process_iter() if _has(process, mark)]:
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        _, alive = psutil.wait_procs(found, _GONE_SECONDS)
        if alive:
            return


def _has(process: psutil.Process, mark: str) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        own = process.environ().get(MARK, "")
    except (psutil.Error, OSError):
        return False
    return own == mark or own.startswith(f"{mark}/")
