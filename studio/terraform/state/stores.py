"""Where states are: in a folder or in a bucket."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from settings import Settings, UserError
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.files import StateFile
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Lock, Locked


class StateStore(Protocol):
    """Keeps a state for each stack. Every method raises UserError where it cannot be reached.

    States are read here, without `terraform state pull`: that needs an initialized folder, and
    the commands that only read write none.
    """

    @property
    def name(self) -> str:
        """As a person reads it."""

    def stacks(self) -> list[str]:
        """The stacks that have a state here, sorted."""

    def read(self, stack: str) -> StateFile | None:
        """The state of a stack; None where there is none."""

    def archive(self, stack: str, state: StateFile) -> str:
        """Rename it so that Terraform no longer finds it; returns the new name."""

    def locks(self) -> list[Lock]:
        """Who holds which state."""

    def unfinished(self) -> list[str]:
        """The stacks whose last run did not end, or has not yet; sorted."""

    def mark(self, stack: str) -> None:
        """Note that a run begins."""

    def unmark(self, stack: str) -> None:
        """Note that it ended, and that the state holds all that it created."""

    def restore(self, stack: str) -> int | None:
        """Restore a state that a killed run cut short; its serial, None where none was cut."""


def store_of(settings: Settings, folder: Path) -> StateStore:
    """Where the settings say that states are; ``folder`` is the one beside cdktf.out."""
    return Bucket.of(settings) if settings.state.bucket else Folder(folder)


def require_unlocked(store: StateStore, *, stacks: Sequence[str] = ("*",)) -> None:
    """Raise Locked where somebody works on these stacks: names, or patterns with ``*``."""
    held = [
        lock
        for lock in store.locks()
        if any(fnmatchcase(lock.stack, pattern) for pattern in stacks)
    ]
    if held:
        raise Locked(held[0], more=len(held) - 1)


def check(settings: Settings, folder: Path, *, stacks: Sequence[str] = ("*",)) -> None:
    """Refuse to start where somebody works on these stacks, or a move is unfinished.

    folder: the one beside cdktf.out. stacks: names or patterns with ``*``.

    Raises Locked, or UserError where the settings name a bucket and states are still in ``folder``:
    Terraform would create everything a second time.
    """
    if settings.state.bucket and (left := Folder(folder).stacks()):
        raise UserError(
            f'state.bucket = "{settings.state.bucket}": the state of {", ".join(left)} is still in '
            f"{folder}: run `studio state move` first"
        )
    require_unlocked(store_of(settings, folder), stacks=stacks)
