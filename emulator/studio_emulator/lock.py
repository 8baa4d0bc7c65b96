"""The lock that every emulated operation holds: moto's backends are not thread-safe."""

from __future__ import annotations

import threading

LOCK = threading.RLock()
