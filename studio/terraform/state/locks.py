"""Terraform's locks on states.

Source of their format: hashicorp/terraform, internal/states/statemgr/locker.go.
"""

import json
from dataclasses import dataclass

from settings import UserError
from settings.errors import cut


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock on the state of a stack, with Terraform's lock info; empty if Terraform wrote none.

    release: how to remove the lock, as a clause.
    """

    stack: str
    id: str = ""
    operation: str = ""
    who: str = ""
    created: str = ""
    release: str = ""

    @classmethod
    def parse(cls, content: bytes, stack: str, *, release: str = "") -> "Lock":
        """The lock whose info is ``content``, which may be malformed."""
        try:
            info = dict(json.loads(content))
        except (ValueError, TypeError, RecursionError):
            info = {}
        names = ("ID", "Operation", "Who", "Created")
        texts = {name.lower(): cut(info[name]) for name in names if type(info.get(name)) is str}
        return cls(stack=stack, release=release, **texts)

    def __str__(self) -> str:
        since = self.created[:19].replace("T", " ") + " UTC" if self.created else "unknown"
        what = self.operation.removeprefix("OperationType").lower() or "unknown"
        return f"{self.stack}: locked by {self.who or 'another run'} since {since} ({what})"


class Locked(UserError):
    """Another run holds the lock of a state."""

    exit_code = 1

    def __init__(self, lock: Lock, more: int = 0) -> None:
        others = f", and {more} more" if more else ""
        release = f"; {lock.release}" if lock.release else ""
        super().__init__(f"{lock}{others}: wait for that run to end{release}")
