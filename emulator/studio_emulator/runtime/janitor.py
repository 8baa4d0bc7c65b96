"""Cleans up after an ended or killed emulator; `sweep`: after one that was killed with its janitor.

    python -m studio_emulator.runtime.janitor FOLDER

Prints its process id and waits for the end of its standard input, which the emulator's end closes.
Then removes the run's containers and images, kills the processes of its apps and deletes FOLDER. It
is not a child of the emulator, so signals to the emulator's process tree do not end it.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import psutil

from studio_emulator.runtime import processes
from studio_emulator.runtime.engine import ENGINE_FILE, PREFIX, Engine, EngineError


def main(folder: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    os.setsid()
    print(os.getpid(), flush=True)
    sys.stdin.buffer.read()
    _clean_up(Path(folder))


def folder_of(run: str) -> Path:
    return Path(tempfile.gettempdir(), f"{PREFIX}-{run}")


def lock(folder: Path) -> int:
    """Lock a run's folder until its emulator ends, or the fork that continues after `die`.

    Returns the descriptor. Raises OSError.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def sweep() -> None:
    """Clean up after ended emulators whose janitors were killed, too."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*-*"):
        if _has_ended(_run_of(folder)):
            _clean_up(folder)


def sweep_containers(engine: Engine) -> None:
    """Remove the containers and images of ended emulators that have no folder any more.

    Raises EngineError.
    """
    for run in filter(_has_ended, engine.runs()):
        engine.remove(run)


def _clean_up(folder: Path) -> None:
    run, engine = _run_of(folder), folder / ENGINE_FILE
    if engine.exists():
        with contextlib.suppress(EngineError):
            Engine(engine.read_text()).remove(run)
    processes.kill_all(run)
    shutil.rmtree(folder, ignore_errors=True)


def _run_of(folder: Path) -> str:
    return folder.name.removeprefix(f"{PREFIX}-")


def _has_ended(run: str) -> bool:
    pid = run.partition("-")[0]
    if not pid.isdigit() or psutil.pid_exists(int(pid)):
        return False
    try:
        os.close(lock(folder_of(run)))
    except OSError as error:  # locked, or of another user
        return isinstance(error, FileNotFoundError)
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
