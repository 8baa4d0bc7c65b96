"""AWS's waiting times, shortened: how long a thing takes here that takes minutes on AWS."""

from __future__ import annotations

import time

from studio_emulator.options import Options


class Clock:
    """Real time, and the moment at which something slow on AWS is done here."""

    def __init__(self, options: Options) -> None:
        self._options = options

    @property
    def speed(self) -> float:
        """AWS seconds that pass in one real second."""
        return self._options.speed

    def hangs(self, kind: str) -> bool:
        """Whether resources of this type keep their status, however late it is."""
        return kind in self._options.hang

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def due(self, aws_seconds: float) -> float:
        """When (seconds since the epoch) a thing started now that takes AWS that long is done."""
        return self.now() + aws_seconds / self.speed
