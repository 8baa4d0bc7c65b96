"""The progress of Terraform in each stack."""

import threading
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

EVENTS = 6
"""The number of events in the live view."""


@dataclass(kw_only=True)
class StackRow:
    """A stack. after: its dependencies. doing: Terraform's current step; "" while it waits.

    total: the number of resources that change; 0 while unknown. under_way: the resources in
    progress, with their start times.
    """

    name: str
    after: tuple[str, ...] = ()
    doing: str = ""
    done: int = 0
    total: int = 0
    result: str = ""
    since: float = 0.0
    seconds: float = 0.0
    under_way: dict[str, float] = field(default_factory=dict)


@dataclass(kw_only=True)
class Board:
    """A row for each stack in the order of deployment, and the last events."""

    rows: dict[str, StackRow] = field(default_factory=dict)
    events: deque[str] = field(default_factory=lambda: deque(maxlen=EVENTS))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, stacks: Mapping[str, Collection[str]]) -> None:
        """Show these stacks with their dependencies."""
        with self._lock:
            for name, after in stacks.items():
                self.rows.setdefault(name, StackRow(name=name)).after = tuple(sorted(after))

    def begin(self, stack: str, doing: str) -> None:
        """Terraform begins to work on the stack."""
        with self._lock:
            row = self.rows.setdefault(stack, StackRow(name=stack))
            row.doing, row.result, row.since = doing, "", time.monotonic()
            row.under_way.clear()

    def count(self, stack: str, total: int) -> None:
        """Set the number of resources that change."""
        with self._lock:
            if row := self.rows.get(stack):
                row.done, row.total = 0, total

    def start(self, stack: str, resource: str) -> None:
        """A change of a resource begins."""
        with self._lock:
            if row := self.rows.get(stack):
                row.under_way[resource] = time.monotonic()

    def finish(self, stack: str, resource: str, *, failed: bool = False) -> None:
        """A change of a resource ends."""
        with self._lock:
            if row := self.rows.get(stack):
                row.under_way.pop(resource, None)
                row.done += not failed

    def end(self, stack: str, result: str) -> None:
        """Terraform ends. result: one word."""
        with self._lock:
            if row := self.rows.get(stack):
                row.seconds += time.monotonic() - row.since
                row.doing, row.result = "", result
                row.under_way.clear()

    def doing(self) -> str:
        """The current steps of Terraform in one line; "" if it does not run."""
        with self._lock:
            parts: dict[str, list[str]] = {}
            for row in self.rows.values():
                if row.doing:
                    parts.setdefault(row.doing, []).append(row.name)
        return "; ".join(f"{doing} {', '.join(names)}" for doing, names in parts.items())
