"""Cleans up after an emulator that was killed: a program of its own.

    python -m studio_emulator.runtime.janitor FOLDER RUN

Waits until its standard input ends, as it does with the emulator, then kills the processes of the
run's apps, removes its containers, and deletes the folder with the apps' homes.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
from pathlib import Path

from studio_emulator.runtime import processes
from studio_emulator.runtime.engine import ENGINE_FILE, Engine, EngineError


def main(folder: str, run: str) -> None:
    """Wait, kill, delete."""
    # Whoever ends the emulator may end all of its children too.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdin.buffer.read()
    engine = Path(folder, ENGINE_FILE)
    if engine.exists():
        with contextlib.suppress(EngineError):
            Engine(engine.read_text()).remove(run)
    processes.kill_all(run)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
