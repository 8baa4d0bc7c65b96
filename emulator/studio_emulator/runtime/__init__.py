"""The processes, containers and home directories of apps."""

from __future__ import annotations

from studio_emulator.runtime.container_start import Image, Start
from studio_emulator.runtime.engine import EngineError
from studio_emulator.runtime.node_agent import Service
from studio_emulator.runtime.table import (
    App,
    delete_home,
    failure,
    find_engine,
    forget,
    is_container,
    lead,
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
    "Service",
    "Start",
    "delete_home",
    "failure",
    "find_engine",
    "forget",
    "is_container",
    "lead",
    "of",
    "start",
    "start_container",
    "starting",
    "stop",
]
