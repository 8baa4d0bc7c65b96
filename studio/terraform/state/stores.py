"""Finds the store of a deployment's states; refuses a run if one is locked or not moved to it.

`studio` reads states itself: `terraform state pull` needs an initialized folder, and a read-only
command writes none.
"""

import contextlib
import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked

StateStore = Folder | Bucket

_RECORD = Path(".terraform", "terraform.tfstate")
"""Where `terraform init` records the backend (hashicorp/terraform,
internal/command/meta_backend.go)."""


class NotMoved(UserError):
    """The last run of a stack left its state in another store. fix: what to do, in words."""

    def __init__(self, found: str, *, fix: str) -> None:
        super().__init__(f"{found}: {fix}")
        self.found, self.fix = found, fix


def store_of(settings: Settings, folder: Path) -> StateStore:
    """The store that the settings name. folder: the one beside cdktf.out, for local states."""
    if settings.state.bucket:
        return Bucket(bucket=StateBucket.of(settings), prefix=settings.state.key_prefix)
    return Folder(folder)


def require_unlocked(store: StateStore, *, stacks: Sequence[str] = ("*",)) -> None:
    """Raise Locked at once if another run works on these stacks: names, or patterns with ``*``."""
    held = [lock for lock in store.locks() if any(fnmatchcase(lock.stack, one) for one in stacks)]
    if held:
        raise Locked(held[0], more=len(held) - 1)


def require_ready(settings: Settings, folder: Path, *, stacks: Sequence[str] = ("*",)) -> None:
    """Raise Locked as ``require_unlocked`` does, UserError if states are not yet in the bucket.

    Terraform would create their resources a second time. folder: the one beside cdktf.out.
    """
    if settings.state.bucket and (left := Folder(folder).stacks()):
        raise UserError(
            f'state.bucket = "{settings.state.bucket}": the state of {", ".join(left)} is still in '
            f"{folder}: run `studio state move` first"
        )
    require_unlocked(store_of(settings, folder), stacks=stacks)


def require_moved(stack: str, folder: Path, store: StateStore, *, name: str) -> None:
    """Raise NotMoved if the last run in a stack's folder left its state in another store.

    Terraform would create its resources a second time. store: the one that the settings name.
    name: of the deployment; the state of another one is not missing in the store.
    """
    before = _initialized_store(folder)
    if before is None or before.name == store.name:
        return
    try:
        left = before.read(stack)
    except UserError as error:
        raise NotMoved(
            f"{stack}: the last run had its state in {before.name}, the settings name "
            f"{store.name}, and the old state cannot be read ({error})",
            fix=f"if it was moved, delete {folder}",
        ) from None
    names = {one.deployment for one in left.resources} if left else set()
    # A state whose resources have no tags does not name its deployment.
    if names and (name in names or names == {None}):
        restore = "restore [state] in the settings, then run `studio state move --to local`"
        raise NotMoved(
            f"{stack}: its state is still in {before.name}, and the settings name {store.name}",
            fix="run `studio state move`" if isinstance(before, Folder) else restore,
        )


def _initialized_store(folder: Path) -> StateStore | None:
    """The store of Terraform's record; None without a record, or for any other backend."""
    with contextlib.suppress(OSError, ValueError, RecursionError, LookupError, TypeError):
        match json.loads((folder / _RECORD).read_text(encoding="utf-8"))["backend"]:
            case {"type": "local", "config": {"path": str(path)}}:
                return Folder((folder / path).resolve().parent)
            case {"type": "s3", "config": {"bucket": str(name), "key": str(key), "region": region}}:
                bucket = StateBucket(aws=Aws(region), name=name)
                return Bucket(bucket=bucket, prefix=key.rpartition("/")[0])
    return None
