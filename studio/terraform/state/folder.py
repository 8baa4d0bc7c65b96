"""States in a folder, as `terraform.STACK.tfstate`: the ones that Terraform's local backend has."""

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
from studio.terraform.state.files import LARGEST, StateFile
from studio.terraform.state.locks import Lock

_NAME = re.compile(r"terraform\.(?P<stack>[A-Za-z0-9_-]+)\.tfstate")


@dataclass(frozen=True)
class Folder:
    """The folder beside cdktf.out; see ``stores.StateStore``."""

    path: Path
    _held: dict[str, BinaryIO] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.path)

    def stacks(self) -> list[str]:
        """The stacks that have a state here, sorted; an empty file is none, as for Terraform."""
        with _readable(self.path):
            if not self.path.is_dir():
                return []
            return sorted(
                named["stack"]
                for file in self.path.iterdir()
                if (named := _NAME.fullmatch(file.name)) and file.stat().st_size
            )

    def read(self, stack: str) -> StateFile | None:
        """The state of a stack; None where there is none."""
        content = self._content(stack)
        return StateFile.parse(content, self.file(stack).name) if content else None

    def _content(self, stack: str) -> bytes | None:
        path = self.file(stack)
        with _readable(path):
            # Closing another handle of the same file would release this process's POSIX lock.
            if stack in self._held:
                self._held[stack].seek(0)
                return self._held[stack].read(LARGEST + 1)
            if not path.exists():
                return None
            if not path.is_file():
                raise UserError(f"{path}: not a file")
            with path.open("rb") as file:
                return file.read(LARGEST + 1)

    def archive(self, stack: str, state: StateFile) -> str:
        """Rename it; returns the new name."""
        path = self.file(stack)
        aside = path.with_name(f"{path.name}.{state.serial}.moved")
        with _readable(path):
            path.replace(aside)
        return str(aside)

    def locks(self) -> list[Lock]:
        """Who holds which state; a description that a killed run left behind is no lock."""
        found = []
        for stack in self.stacks():
            with self._locked(stack) as locked:
                if not locked:
                    found.append(self._lock(stack))
        return found

    def unfinished(self) -> list[str]:
        """The stacks whose last run did not end, or has not yet; sorted."""
        with _readable(self.path):
            found = self.path.glob(self._mark("*").name)
            return sorted(path.name.split(".")[1] for path in found)

    def mark(self, stack: str) -> None:
        """Note that a run begins."""
        with _readable(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self._mark(stack).touch()

    def unmark(self, stack: str) -> None:
        """Note that it ended, and that the state holds all that it created."""
        with _readable(self.path):
            self._mark(stack).unlink(missing_ok=True)

    def restore(self, stack: str) -> int | None:
        """Put Terraform's backup where a killed run left an empty or a cut file; its serial.

        Terraform writes the backup, and only then empties the state to write it anew (source:
        hashicorp/terraform, internal/states/statemgr/filesystem.go). What that run made is found
        by its tags, so the stack is marked. None, and nothing done, for a state that is whole, that
        somebody works on, or that has no backup.
        """
        with self._locked(stack) as locked:
            good = self._backup(stack) if locked and self._cut(stack) else None
            if good is not None:
                self.mark(stack)
                # In place: a Terraform that opened the file already would not see another one.
                with _readable(self.file(stack)):
                    file = self._held[stack]
                    file.seek(0)
                    file.write(good.content)
                    file.truncate()
                    file.flush()
                    os.fsync(file.fileno())
        return good.serial if good is not None else None

    def _cut(self, stack: str) -> bool:
        content = self._content(stack)
        if content is None or len(content) > LARGEST:
            return False
        try:
            json.loads(content)
        except (ValueError, RecursionError):
            return True
        return False

    def _backup(self, stack: str) -> StateFile | None:
        path = self.file(stack)
        backup = path.with_name(f"{path.name}.backup")
        try:
            return StateFile.parse(backup.read_bytes(), backup.name)
        except (OSError, UserError):
            return None

    def _mark(self, stack: str) -> Path:
        return self.path / f"terraform.{stack}.unfinished"

    def file(self, stack: str) -> Path:
        """The file of a stack's state."""
        return self.path / f"terraform.{stack}.tfstate"

    @contextlib.contextmanager
    def _locked(self, stack: str) -> Iterator[bool]:
        """Whether this process got the POSIX lock that Terraform takes; so does a missing file."""
        with contextlib.ExitStack() as stack_of_files:
            try:
                file = stack_of_files.enter_context(self.file(stack).open("r+b"))
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except FileNotFoundError:
                yield True
                return
            except BlockingIOError:
                yield False
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
        holders = [f"`kill {pid}`" for pid in _who_opened(path)]
        release = f"{' or '.join(holders)} ends it and its lock" if holders else ""
        return Lock.parse(description, stack, release=release)


def _who_opened(path: Path) -> Iterator[int]:
    """The other processes that have a file open, as far as this user may see."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            opened = {file.path for file in process.open_files()}
            if str(path.resolve()) in opened and process.pid != os.getpid():
                yield process.pid


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
