"""Local states, `terraform.STACK.tfstate`: reads, locks, and when a truncated one is restored."""

import contextlib
import fcntl
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from settings import UserError
from settings.errors import os_errors
from studio.terraform.file_locks import lock_holder
from studio.terraform.state.files import STATE, UNFINISHED, StateFile
from studio.terraform.state.locks import Lock

_NAME = re.compile(r"terraform\.(?P<stack>[A-Za-z0-9_-]+)(?P<ending>\.\w+)")
_BACKUP = f"{STATE}.backup"


@dataclass(frozen=True)
class Folder:
    """States in a folder. Every method raises UserError if it cannot access the folder."""

    path: Path

    @property
    def name(self) -> str:
        """The path of the folder."""
        return str(self.path)

    def file(self, stack: str, ending: str = STATE) -> Path:
        """The path of a stack's file."""
        return self.path / f"terraform.{stack}{ending}"

    def stacks(self) -> list[str]:
        """The stacks that have a state, sorted. Terraform takes an empty file for no state."""
        with os_errors(self.path):
            return [stack for stack in self._find(STATE) if self.file(stack).stat().st_size]

    def unfinished(self) -> list[str]:
        """The stacks whose last run has not ended, or was killed; sorted."""
        return self._find(UNFINISHED)

    def mark(self, stack: str) -> None:
        """Record that a run begins."""
        with os_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self.file(stack, UNFINISHED).touch()

    def unmark(self, stack: str) -> None:
        """Record that the state holds every resource that the run created."""
        with os_errors(self.path):
            self.file(stack, UNFINISHED).unlink(missing_ok=True)

    def content(self, stack: str, ending: str = STATE) -> bytes:
        """A stack's file; empty if there is none."""
        path = self.file(stack, ending)
        with os_errors(path):
            if not path.exists():
                return b""
            if not path.is_file():
                raise UserError(f"{path}: not a file")
            return path.read_bytes()

    def read(self, stack: str) -> StateFile | None:
        """A stack's state; None if there is none."""
        content = self.content(stack)
        return StateFile.parse(content, str(self.file(stack))) if content else None

    def archive(self, stack: str, serial: int) -> str:
        """Rename a state so that Terraform does not find it; returns its new path."""
        path = self.file(stack)
        with os_errors(path):
            return str(path.replace(self.file(stack, f"{STATE}.{serial}.moved")))

    def locks(self) -> list[Lock]:
        """The locks on the states."""
        found = []
        for stack in self._find(STATE):
            path = self.file(stack)
            with os_errors(path), contextlib.suppress(FileNotFoundError):
                if (holder := lock_holder(path)) is not None:
                    content = b""
                    # Only the user who runs Terraform can read what it notes about the lock.
                    with contextlib.suppress(OSError):
                        content = path.with_name(f".{path.name}.lock.info").read_bytes()
                    release = f"`kill {holder}` ends it and its lock" if holder else ""
                    found.append(Lock.parse(content, stack, release=release))
        return found

    def restore(self, stack: str) -> int | None:
        """Restore a truncated state from Terraform's backup; returns the serial of the backup.

        Terraform writes the backup before it truncates the state (hashicorp/terraform,
        internal/states/statemgr/filesystem.go). Marks the stack, so that the next run searches for
        the resources of the killed run. Returns None if the state is complete, locked or gone, or
        has no backup.
        """
        path = self.file(stack)
        with (
            os_errors(path),
            contextlib.suppress(FileNotFoundError, BlockingIOError),
            path.open("r+b") as file,
        ):
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            backup = None if _is_complete(file.read()) else self._backup(stack)
            if backup is not None:
                content, serial = backup
                self.mark(stack)
                # In place: another Terraform may have opened the file already.
                file.seek(0)
                file.write(content)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
                return serial
        return None

    def _backup(self, stack: str) -> tuple[bytes, int] | None:
        with contextlib.suppress(UserError):
            content = self.content(stack, _BACKUP)
            return content, StateFile.parse(content, stack).serial
        return None

    def _find(self, ending: str) -> list[str]:
        with os_errors(self.path):
            files = list(self.path.iterdir()) if self.path.is_dir() else ()
        found = (_NAME.fullmatch(file.name) for file in files)
        return sorted(one["stack"] for one in found if one and one["ending"] == ending)


def _is_complete(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
