"""Cleans up after an emulator, also one that was killed: a program of its own.

    python -m studio_emulator.runtime.janitor FOLDER RUN

Prints its process id, waits until its standard input ends, as it does with the emulator, then kills
the processes of the run's apps, removes its containers and images, and deletes the folder with the
apps' homes. It is no child of the emulator: who ends the emulator with all that it started, or
interrupts both, lets the janitor and the engine's commands finish.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

from studio_emulator.runtime import processes
from studio_emulator.runtime.engine import ENGINE_FILE, Engine, EngineError


def main(folder: str, run: str) -> None:
    """Wait, kill, delete."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    os.setsid()
    print(os.getpid(), flush=True)
    sys.stdin.buffer.read()
    engine = Path(folder, ENGINE_FILE)
    if engine.exists():
        with contextlib.suppress(EngineError):
            Engine(engine.read_text()).remove(run)
    processes.kill_all(run)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
