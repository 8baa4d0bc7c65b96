"""The processes of apps: found by a mark in their environment, and killed together."""

from __future__ import annotations

import contextlib
import os
import shutil

import psutil

MARK = "STUDIO_EMULATOR_APP"
"""Every process of an app has it in its environment: `RUN/NUMBER`, of the emulator and the app."""

_GONE_SECONDS = 5.0


def shell() -> str:
    """The shell of a person in an app."""
    return shutil.which("bash") or "/bin/sh"


def kill_all(mark: str) -> None:
    """Kill the processes of an app, or of every app of a run, this process excepted.

    Those of a session of its own, which have left their parent, too. Returns when they are gone.
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
