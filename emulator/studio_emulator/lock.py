"""The lock of every emulated operation, because moto's backends are not thread-safe."""

import os
import threading
import warnings

LOCK = threading.RLock()


def fork() -> int:
    """os.fork without Python's warning about the locks of other threads: the caller holds LOCK."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
