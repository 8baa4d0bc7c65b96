"""The backend that `terraform init` last used in a stack's folder."""

import contextlib
import json
from pathlib import Path

from settings import UserError
from studio.aws.client import Aws
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.base import StateStore
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.folder import Folder

_RECORD = Path(".terraform", "terraform.tfstate")
"""Source: hashicorp/terraform, internal/command/meta_backend.go."""


def check_moved(stack: str, folder: Path, store: StateStore) -> None:
    """Raise UserError if the last run in a stack's folder left its state in another store.

    Terraform would create its resources a second time. store: the one that the settings name.
    """
    before = _initialized_store(folder)
    if before is None or before.name == store.name:
        return
    try:
        left = before.read(stack)
    except UserError as error:
        raise UserError(
            f"{stack}: the last run had its state in {before.name}, the settings name "
            f"{store.name}, and the old state cannot be read ({error}); if it was moved, delete "
            f"{folder}"
        ) from None
    if left is not None and left.resources:
        raise UserError(
            f"{stack}: its state is still in {before.name}, and the settings name {store.name}: "
            "restore [state] in the settings, then run `studio state move`"
        )


def _initialized_store(folder: Path) -> StateStore | None:
    """The store of Terraform's record; None without a record, or for any other backend."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        match json.loads((folder / _RECORD).read_text(encoding="utf-8")):
            case {"backend": {"type": "local", "config": {"path": str(path)}}}:
                return Folder((folder / path).resolve().parent)
            case {
                "backend": {
                    "type": "s3",
                    "config": {"bucket": str(name), "key": str(key), "region": str(region)},
                }
            }:
                bucket = StateBucket(aws=Aws(region), name=name)
                return Bucket(bucket=bucket, prefix=key.rpartition("/")[0])
    return None
