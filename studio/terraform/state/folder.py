"""States in a folder, as `terraform.STACK.tfstate`: the ones that Terraform's local backend has."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from settings import UserError
from studio.terraform.state.files import LARGEST, StateFile
from studio.terraform.state.locks import Lock, Locked

_NAME = re.compile(r"terraform\.(?P<stack>[A-Za-z0-9_-]+)\.tfstate")


@dataclass(frozen=True)
class Folder:
    """The folder beside cdktf.out; see ``places.Place``."""

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
        path = self.file(stack)
        with _readable(path):
            # Closing another handle of the same file would let go of this process's POSIX lock.
            if stack in self._held:
                self._held[stack].seek(0)
                content = self._held[stack].read(LARGEST + 1)
            else:
                if not path.exists():
                    return None
                if not path.is_file():
                    raise UserError(f"{path}: not a file")
                with path.open("rb") as file:
                    content = file.read(LARGEST + 1)
        return StateFile.parse(content, path.name) if content else None

    def write(self, stack: str, state: StateFile) -> None:
        """Put a state there; an older one is replaced as a whole."""
        path = self.file(stack)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with _readable(path):
            self.path.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(state.content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)

    def put_aside(self, stack: str, state: StateFile) -> str:
        """Rename it; returns the new name."""
        path = self.file(stack)
        aside = path.with_name(f"{path.name}.{state.serial}.moved")
        with _readable(path):
            path.replace(aside)
        return str(aside)

    @contextlib.contextmanager
    def locked(self, stack: str) -> Iterator[None]:
        """Hold the POSIX lock that Terraform takes; nothing to hold where there is no file."""
        path = self.file(stack)
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            yield
            return
        with file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Locked(self._holder(stack)) from None
            self._held[stack] = file
            try:
                yield
            finally:
                del self._held[stack]

    def locks(self) -> list[Lock]:
        """Who holds which state; a description that a killed run left behind is no lock."""
        found = []
        for stack in self.stacks():
            try:
                with self.locked(stack):
                    pass
            except Locked as held:
                found.append(held.lock)
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
        """Note that it ended, whatever it made is in state."""
        with _readable(self.path):
            self._mark(stack).unlink(missing_ok=True)

    def mend(self, stack: str) -> int | None:
        """Put Terraform's backup where a killed run left an empty or a cut file; its serial.

        Terraform writes the backup, and only then empties the state to write it anew (source:
        hashicorp/terraform, internal/states/statemgr/filesystem.go). What that run made is found
        by its tags, so the stack is marked. None, and nothing done, for a state that is whole, that
        somebody works on, or that has no backup.
        """
        path = self.file(stack)
        try:
            with self.locked(stack):
                good = self._backup(stack) if self._cut(stack) else None
                if good is not None:
                    self.mark(stack)
                    # In place: a Terraform that opened the file already would not see another one.
                    with _readable(path):
                        file = self._held[stack]
                        file.seek(0)
                        file.write(good.content)
                        file.truncate()
                        file.flush()
                        os.fsync(file.fileno())
        except Locked:
            return None
        return good.serial if good is not None else None

    def _cut(self, stack: str) -> bool:
        try:
            return self.file(stack).exists() and self.read(stack) is None
        except UserError:
            return True

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

    def _holder(self, stack: str) -> Lock:
        description = self.path / f".{self.file(stack).name}.lock.info"
        try:
            return Lock.parse(description.read_bytes(), stack)
        except OSError:
            return Lock(stack=stack)


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
