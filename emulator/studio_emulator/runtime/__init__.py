"""What runs in apps, and their home directories."""

from __future__ import annotations

from studio_emulator.runtime.table import delete_home, ended, forget, of, start, stop

__all__ = ["delete_home", "ended", "forget", "of", "start", "stop"]
