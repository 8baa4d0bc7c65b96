"""The signals that end the emulator."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


def on_signal() -> Callable[[], object]:
    """Take SIGINT and SIGTERM from now on; what is returned waits for one of them.

    Through a pipe: a handler that takes a lock, as ``Event.set`` does, never ends where the other
    signal's handler interrupts it.
    """
    reader, writer = os.pipe()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.write(writer, b"\0"))
    return lambda: os.read(reader, 1)
