"""AWS's waiting times: the option `speed` shortens them, `hang` makes them endless."""

import time

from studio_emulator.options import Options


class Clock:
    """The time, and when an operation ends that takes time on AWS."""

    def __init__(self, options: Options) -> None:
        self._options = options

    @property
    def speed(self) -> float:
        """AWS seconds that pass in one real second."""
        return self._options.speed

    def hangs(self, kind: str) -> bool:
        """Whether the option `hang` keeps the status of resources of this type."""
        return kind in self._options.hang

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def due(self, aws_seconds: float) -> float:
        """When an operation that starts now and takes AWS this long ends, in epoch seconds."""
        return self.now() + aws_seconds / self.speed
