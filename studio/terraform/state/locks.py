"""Who holds a state, by the description that Terraform writes with its lock.

Source: hashicorp/terraform, internal/states/statemgr/locker.go.
"""

import json
from dataclasses import dataclass

from settings import UserError
from settings.errors import cut


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock on the state of a stack. Whatever its holder did not write down is empty.

    release: how somebody else can end it, as a clause.
    """

    stack: str
    id: str = ""
    operation: str = ""
    who: str = ""
    created: str = ""
    release: str = ""

    @classmethod
    def parse(cls, content: bytes, stack: str, *, release: str = "") -> "Lock":
        """The lock that ``content`` describes; one that cannot be read is a lock still."""
        try:
            written = json.loads(content)
        except (ValueError, RecursionError):
            written = None
        if not isinstance(written, dict):
            written = {}
        texts = {
            name.lower(): cut(value)
            for name in ("ID", "Operation", "Who", "Created")
            if isinstance(value := written.get(name), str)
        }
        return cls(stack=stack, release=release, **texts)

    def __str__(self) -> str:
        since = self.created[:19].replace("T", " ") + " UTC" if self.created else "unknown"
        what = self.operation.removeprefix("OperationType").lower() or "unknown"
        return f"{self.stack}: locked by {self.who or 'somebody'} since {since} ({what})"


class Locked(UserError):
    """Somebody else works on the deployment."""

    exit_code = 1

    def __init__(self, lock: Lock, more: int = 0) -> None:
        others = f", and {more} more" if more else ""
        release = f"; {lock.release}" if lock.release else ""
        super().__init__(f"{lock}{others}: wait for that run to end{release}")
        self.lock = lock
