"""Finds the store of a deployment's states, and checks it before a run."""

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
    """The store that the settings name. folder: the one beside cdktf.out, for local states."""
    return Bucket.of(settings) if settings.state.bucket else Folder(folder)


def require_unlocked(store: StateStore, *, stacks: Sequence[str] = ("*",)) -> None:
    """Raise Locked if another run works on these stacks: names, or patterns with ``*``."""
    held = [
        lock
        for lock in store.locks()
        if any(fnmatchcase(lock.stack, pattern) for pattern in stacks)
    ]
    if held:
        raise Locked(held[0], more=len(held) - 1)


def check(settings: Settings, folder: Path, *, stacks: Sequence[str] = ("*",)) -> None:
    """Raise Locked as ``require_unlocked`` does, UserError if states are not yet in the bucket.

    Terraform would create their resources a second time. folder: the one beside cdktf.out.
    """
    if settings.state.bucket and (left := Folder(folder).stacks()):
        raise UserError(
            f'state.bucket = "{settings.state.bucket}": the state of {", ".join(left)} is still in '
            f"{folder}: run `studio state move` first"
        )
    require_unlocked(store_of(settings, folder), stacks=stacks)
