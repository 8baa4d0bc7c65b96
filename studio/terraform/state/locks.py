"""Who holds a state: Terraform's own locks, read and held as Terraform does.

Sources: hashicorp/terraform, internal/states/statemgr/locker.go (the JSON of a lock),
filesystem_lock_unix.go (a POSIX lock on a local state) and internal/backend/remote-state/s3
(the object KEY.tflock, which only the first one can write).
"""

import getpass
import json
import os
import socket
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil

from settings import UserError
from settings.errors import cut

_OURS = "studio state move"
_PID = "pid "


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock on the state of a stack. Whatever its holder did not write down is empty."""

    stack: str
    id: str = ""
    operation: str = ""
    who: str = ""
    created: str = ""
    info: str = ""

    @classmethod
    def parse(cls, content: bytes, stack: str) -> "Lock":
        """The lock that ``content`` describes; one that cannot be read is a lock still."""
        try:
            written = json.loads(content)
        except (ValueError, RecursionError):
            written = None
        if not isinstance(written, dict):
            return cls(stack=stack)
        texts = {
            name.lower(): cut(value)
            for name in ("ID", "Operation", "Who", "Created", "Info")
            if isinstance(value := written.get(name), str)
        }
        return cls(stack=stack, **texts)

    @classmethod
    def mine(cls, stack: str) -> "Lock":
        """A new lock of this process."""
        return cls(
            stack=stack,
            id=str(uuid.uuid4()),
            operation=_OURS,
            who=_me(),
            created=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            info=f"{_PID}{os.getpid()}",
        )

    def written(self, path: str) -> bytes:
        """The JSON that Terraform reads."""
        return json.dumps(
            {
                "ID": self.id,
                "Operation": self.operation,
                "Info": self.info,
                "Who": self.who,
                "Version": "",
                "Created": self.created,
                "Path": path,
            }
        ).encode()

    @property
    def orphaned(self) -> bool:
        """Whether a move held it, on this machine, whose process is gone."""
        if self.operation != _OURS or self.who != _me() or not self.info.startswith(_PID):
            return False
        number = self.info.removeprefix(_PID)
        return number.isdecimal() and not psutil.pid_exists(int(number[:9]))

    def __str__(self) -> str:
        since = self.created[:19].replace("T", " ") + " UTC" if self.created else "unknown"
        what = self.operation.removeprefix("OperationType").lower() or "unknown"
        return f"{self.stack}: locked by {self.who or 'somebody'} since {since} ({what})"


class Locked(UserError):
    """Somebody else works on the deployment."""

    exit_code = 1

    def __init__(self, lock: Lock, more: int = 0) -> None:
        others = f", and {more} more" if more else ""
        super().__init__(
            f"{lock}{others}: wait for that run to end; was it killed, `studio state unlock`"
        )
        self.lock = lock


def _me() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
