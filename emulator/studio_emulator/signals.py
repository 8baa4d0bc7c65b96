"""The signals that end the emulator."""

import os
import signal
from collections.abc import Callable


def handle_signals() -> Callable[[], object]:
    """Handle SIGINT and SIGTERM; the returned function waits for one of them.

    The handlers write to a pipe. A handler that takes a lock, as ``Event.set`` does, deadlocks if
    the other handler interrupts it.
    """
    reader, writer = os.pipe()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.write(writer, b"\0"))
    return lambda: os.read(reader, 1)
