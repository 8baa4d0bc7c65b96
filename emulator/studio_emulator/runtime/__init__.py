"""What runs in apps, and their home directories."""

from __future__ import annotations

from studio_emulator.runtime.container_app import Image, Start
from studio_emulator.runtime.engine import EngineError
from studio_emulator.runtime.table import (
    App,
    delete_home,
    failure,
    find_engine,
    forget,
    of,
    start,
    start_container,
    starting,
    stop,
)

__all__ = [
    "App",
    "EngineError",
    "Image",
    "Start",
    "delete_home",
    "failure",
    "find_engine",
    "forget",
    "of",
    "start",
    "start_container",
    "starting",
    "stop",
]
