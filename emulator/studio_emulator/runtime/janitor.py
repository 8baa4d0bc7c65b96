"""Cleans up after an emulator, also after a killed one.

    python -m studio_emulator.runtime.janitor FOLDER RUN

Prints its process id and waits for the end of its standard input, which the emulator's end closes.
Then removes the run's containers and images, kills the processes of its apps and deletes FOLDER. It
is not a child of the emulator, so signals to the emulator's process tree do not end it.
"""

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

from studio_emulator.runtime import processes
from studio_emulator.runtime.engine import ENGINE_FILE, Engine, EngineError


def main(folder: str, run: str) -> None:
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
