"""States in a folder, as Terraform's local backend stores them: `terraform.STACK.tfstate`."""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import psutil

from settings import UserError
from studio.terraform.state.base import STATE, UNFINISHED, StateStore
from studio.terraform.state.files import LARGEST, StateFile
from studio.terraform.state.locks import Lock

_NAME = re.compile(r"terraform\.(?P<stack>[A-Za-z0-9_-]+)(?P<ending>\.\w+)")


@dataclass(frozen=True)
class Folder(StateStore):
    """States in a folder; by default the one beside cdktf.out."""

    path: Path
    _held: dict[str, BinaryIO] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.path)

    def file_name(self, stack: str) -> str:
        return self.file(stack).name

    def file(self, stack: str, ending: str = STATE) -> Path:
        """The file of a stack's state."""
        return self.path / f"terraform.{stack}{ending}"

    def stacks(self) -> list[str]:
        # Terraform takes an empty file for no state.
        with _user_errors(self.path):
            return [stack for stack in self.find(STATE) if self.file(stack).stat().st_size]

    def find(self, ending: str) -> list[str]:
        with _user_errors(self.path):
            files = list(self.path.iterdir()) if self.path.is_dir() else ()
        found = (_NAME.fullmatch(file.name) for file in files)
        return sorted(one["stack"] for one in found if one and one["ending"] == ending)

    def content(self, stack: str) -> bytes:
        path = self.file(stack)
        with _user_errors(path):
            # Closing another handle of the same file would release this process's POSIX lock.
            if stack in self._held:
                self._held[stack].seek(0)
                return self._held[stack].read(LARGEST + 1)
            if not path.exists():
                return b""
            if not path.is_file():
                raise UserError(f"{path}: not a file")
            with path.open("rb") as file:
                return file.read(LARGEST + 1)

    def archive(self, stack: str, state: StateFile) -> str:
        path = self.file(stack)
        archived = path.with_name(f"{path.name}.{state.serial}.moved")
        with _user_errors(path):
            path.replace(archived)
        return str(archived)

    def locks(self) -> list[Lock]:
        found = []
        for stack in self.stacks():
            with self._locked(stack) as locked:
                if not locked:
                    found.append(self._lock(stack))
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
        with self._locked(stack) as locked:
            truncated = locked and stack in self._held and self._is_truncated(stack)
            good = self._backup(stack) if truncated else None
            if good is None:
                return None
            self.mark(stack)
            # In place: another Terraform may have opened the file already.
            with _user_errors(self.file(stack)):
                file = self._held[stack]
                file.seek(0)
                file.write(good.content)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
            return good.serial

    def _is_truncated(self, stack: str) -> bool:
        content = self.content(stack)
        try:
            json.loads(content)
        except (ValueError, RecursionError):
            return len(content) <= LARGEST
        return False

    def _backup(self, stack: str) -> StateFile | None:
        backup = self.file(stack, f"{STATE}.backup")
        try:
            return StateFile.parse(backup.read_bytes(), backup.name)
        except (OSError, UserError):
            return None

    @contextlib.contextmanager
    def _locked(self, stack: str) -> Iterator[bool]:
        """Take the POSIX lock that Terraform takes; yields False if another process holds it."""
        with contextlib.ExitStack() as opened:
            try:
                file = opened.enter_context(self.file(stack).open("r+b"))
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (FileNotFoundError, BlockingIOError) as error:
                yield isinstance(error, FileNotFoundError)
                return
            self._held[stack] = file
            try:
                yield True
            finally:
                del self._held[stack]

    def _lock(self, stack: str) -> Lock:
        path = self.file(stack)
        try:
            description = (self.path / f".{path.name}.lock.info").read_bytes()
        except OSError:
            description = b""
        holders = [f"`kill {pid}`" for pid in _processes_with(path)]
        release = f"{' or '.join(holders)} ends it and its lock" if holders else ""
        return Lock.parse(description, stack, release=release)


def _processes_with(path: Path) -> Iterator[int]:
    """The ids of other processes that have the file open and that this user may inspect."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            opened = {file.path for file in process.open_files()}
            if str(path.resolve()) in opened and process.pid != os.getpid():
                yield process.pid


@contextlib.contextmanager
def _user_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
