"""When a command that prints nothing says what it does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

LIMIT = 2.0
"""Seconds without a line after which a command says what it does."""
_AGAIN, _AGAIN_IN_A_PIPE, _LONGEST = 4.0, 20.0, 30.0
"""Seconds after which it says the same again, at first; they double each time."""


@dataclass(kw_only=True)
class Silence:
    """The seconds since the last line of one command. piped: the output is no terminal."""

    piped: bool
    since: float = field(default_factory=time.monotonic)
    _limit: float = _AGAIN
    _said: str = ""

    def end(self) -> None:
        """Count from now on: a line was printed."""
        self.since = time.monotonic()
        self._limit = _AGAIN_IN_A_PIPE if self.piped else LIMIT

    def pause(self) -> None:
        """Count no longer: a question waits for its answer."""
        self.since = float("inf")

    def restart(self) -> None:
        """Count from now on: a result was printed, or a question answered."""
        self.since = time.monotonic()

    def end_if_long(self, doing: str, now: float, say: Callable[[str], object]) -> None:
        """Say what the command does, with a ``say`` that calls ``end``."""
        again = doing == self._said
        limit = self._limit if again else LIMIT
        if now - self.since < limit:
            return
        say(doing)
        self._said = doing
        if again:
            self._limit = min(limit * 2, _LONGEST)
        elif not self.piped:
            self._limit = _AGAIN
