"""Names the current step of a command that prints nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

TICK = 0.25
"""Seconds between two looks at a command that prints nothing."""
LIMIT = 2.0
"""Seconds without a line before a command names its step."""
_AGAIN, _AGAIN_IN_A_PIPE, _LONGEST = 4.0, 20.0, 30.0
"""Seconds before it names the same step again; they double each time, up to the last number."""


@dataclass(kw_only=True)
class Silence:
    """The seconds since the last line of one command. piped: the output is no terminal."""

    piped: bool
    since: float = field(default_factory=time.monotonic)
    _limit: float = _AGAIN
    _said: str = ""

    def end(self) -> None:
        """Restart the count after a line of progress."""
        self.since = time.monotonic()
        self._limit = _AGAIN_IN_A_PIPE if self.piped else LIMIT

    def pause(self) -> None:
        """Stop the count during a question."""
        self.since = float("inf")

    def restart(self) -> None:
        """Restart the count after a result or a question."""
        self.since = time.monotonic()

    def end_if_long(self, doing: str, now: float, say: Callable[[str], object]) -> None:
        """Name the step after a long silence. say: calls ``end``."""
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
