"""Terraform's locks on states.

Source of their format: hashicorp/terraform, internal/states/statemgr/locker.go.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from settings import UserError
from settings.errors import cut


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock on the state of a stack.

    info: the strings of Terraform's lock info. release: how to remove the lock, as a clause.
    """

    stack: str
    info: Mapping[str, str] = field(default_factory=dict)
    release: str = ""

    @classmethod
    def parse(cls, content: bytes, stack: str, *, release: str = "") -> "Lock":
        """The lock whose info is ``content``, which may be malformed."""
        try:
            written = dict(json.loads(content))
        except (ValueError, TypeError, RecursionError):
            written = {}
        info = {name: cut(value) for name, value in written.items() if isinstance(value, str)}
        return cls(stack=stack, info=info, release=release)

    def __str__(self) -> str:
        who, created, what = (self.info.get(key, "") for key in ("Who", "Created", "Operation"))
        since = created[:19].replace("T", " ") + " UTC" if created else "unknown"
        what = what.removeprefix("OperationType").lower() or "unknown"
        return f"{self.stack}: locked by {who or 'another run'} since {since} ({what})"


class Locked(UserError):
    """Another run holds the lock of a state."""

    exit_code = 1

    def __init__(self, lock: Lock, more: int = 0) -> None:
        others = f", and {more} more" if more else ""
        release = f"; {lock.release}" if lock.release else ""
        super().__init__(f"{lock}{others}: wait for that run to end{release}")
