"""States in a folder, as Terraform's local backend stores them: `terraform.STACK.tfstate`."""

import contextlib
import fcntl
import json
import os
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from settings import UserError
from studio.terraform.state.base import STATE, UNFINISHED, StateStore
from studio.terraform.state.files import LARGEST, StateFile
from studio.terraform.state.locks import Lock

_NAME = re.compile(r"terraform\.(?P<stack>[A-Za-z0-9_-]+)(?P<ending>\.\w+)")
_BACKUP = f"{STATE}.backup"


@dataclass(frozen=True)
class Folder(StateStore):
    """States in a folder; by default the one beside cdktf.out."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def file(self, stack: str, ending: str = STATE) -> Path:
        """The file of a stack's state."""
        return self.path / self.file_name(stack, ending)

    def file_name(self, stack: str, ending: str = STATE) -> str:
        return f"terraform.{stack}{ending}"

    def stacks(self) -> list[str]:
        # Terraform takes an empty file for no state.
        with _user_errors(self.path):
            return [stack for stack in self.find(STATE) if self.file(stack).stat().st_size]

    def find(self, ending: str) -> list[str]:
        with _user_errors(self.path):
            files = list(self.path.iterdir()) if self.path.is_dir() else ()
        found = (_NAME.fullmatch(file.name) for file in files)
        return sorted(one["stack"] for one in found if one and one["ending"] == ending)

    def content(self, stack: str, ending: str = STATE) -> bytes:
        path = self.file(stack, ending)
        with _user_errors(path):
            if not path.exists():
                return b""
            if not path.is_file():
                raise UserError(f"{path}: not a file")
            with path.open("rb") as file:
                return file.read(LARGEST + 1)

    def archive(self, stack: str, serial: int) -> str:
        path = self.file(stack)
        with _user_errors(path):
            return str(path.replace(self.file(stack, f"{STATE}.{serial}.moved")))

    def locks(self) -> list[Lock]:
        found = []
        for stack in self.find(STATE):
            path = self.file(stack)
            with _user_errors(path), contextlib.suppress(FileNotFoundError):
                if (holder := _lock_holder(path)) is not None:
                    info = path.with_name(f".{path.name}.lock.info")
                    release = f"`kill {holder}` ends it and its lock" if holder else ""
                    content = info.read_bytes() if info.is_file() else b""
                    found.append(Lock.parse(content, stack, release=release))
        return found

    def mark(self, stack: str) -> None:
        with _user_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self.file(stack, UNFINISHED).touch()

    def unmark(self, stack: str) -> None:
        with _user_errors(self.path):
            self.file(stack, UNFINISHED).unlink(missing_ok=True)

    def restore(self, stack: str) -> int | None:
        """Restore a truncated state from Terraform's backup; returns the serial of the backup.

        Terraform writes the backup before it truncates the state (hashicorp/terraform,
        internal/states/statemgr/filesystem.go). Marks the stack, so that the next run searches for
        the resources of the killed run. Returns None if the state is complete, locked or moved, or
        has no backup.
        """
        path = self.file(stack)
        with (
            _user_errors(path),
            contextlib.suppress(FileNotFoundError, BlockingIOError),
            path.open("r+b") as file,
        ):
            # Closing another handle of the same file would release this process's POSIX lock.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            backup = None if _is_complete(file.read(LARGEST + 1)) else self._backup(stack)
            if backup is None:
                return None
            self.mark(stack)
            # In place: another Terraform may have opened the file already.
            file.seek(0)
            file.write(self.content(stack, _BACKUP))
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
            return backup.serial
        return None

    def _backup(self, stack: str) -> StateFile | None:
        with contextlib.suppress(UserError):
            return self.read(stack, _BACKUP)
        return None


def _is_complete(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return len(content) > LARGEST
    return True


def _lock_holder(path: Path) -> int | None:
    """The process with a POSIX lock on a file, 0 if the system does not name it; None without one.

    Only asks: to take the lock would stop a Terraform that starts meanwhile.
    """
    layout, kind, pid = ("qqihh", 3, 2) if sys.platform == "darwin" else ("hhqqi", 0, 4)
    flock = [0] * 5
    flock[kind] = fcntl.F_WRLCK
    with path.open("rb") as file:
        answer = fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(layout, *flock))
    found = struct.unpack(layout, answer)
    return None if found[kind] == fcntl.F_UNLCK else max(found[pid], 0)


@contextlib.contextmanager
def _user_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
