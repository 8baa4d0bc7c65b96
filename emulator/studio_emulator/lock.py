"""The lock of every emulated operation, because moto's backends are not thread-safe."""

from __future__ import annotations

import threading

LOCK = threading.RLock()
