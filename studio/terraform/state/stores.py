"""Where states are: in a folder or in a bucket."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from settings import Settings, UserError
from studio.terraform.state.base import StateStore
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked


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
