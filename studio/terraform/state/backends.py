"""The backend in a stack's configuration, and the one that Terraform used there before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings import UserError
from studio.aws.client import Aws
from studio.terraform.stacks import Stack
from studio.terraform.state.base import StateStore
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.folder import Folder

_NOTE = Path(".terraform", "terraform.tfstate")
"""Where Terraform notes the backend that it was initialized with (source: hashicorp/terraform,
internal/command/meta_backend.go)."""


def check_moved(stack: str, folder: Path, store: StateStore) -> None:
    """Refuse where the last run in a stack's folder kept its state elsewhere, and left it there.

    Terraform would create everything a second time. store: where the settings say the state is.
    Raises UserError.
    """
    before = _store_before(folder)
    if before is None or before.name == store.name:
        return
    try:
        left = before.read(stack)
    except UserError as error:
        raise UserError(
            f"{stack}: the last run here had its state in {before.name}, the settings say "
            f"{store.name}, and whether it was moved cannot be seen ({error}); if it was, delete "
            f"{folder}"
        ) from None
    if left is not None and left.resources:
        raise UserError(
            f"{stack}: its state is still in {before.name}, and the settings say {store.name}: "
            "restore [state] in the settings, and move the state with `studio state move`"
        )


def use_local_backend(stack: Stack) -> None:
    """Let a synthesized stack keep its state beside cdktf.out, as main.py writes it."""
    file = stack.folder / "cdk.tf.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["terraform"]["backend"] = {
        "local": {"path": f"../../../terraform.{stack.name}.tfstate"}
    }
    file.write_text(json.dumps(document), encoding="utf-8")


def _store_before(folder: Path) -> StateStore | None:
    """By Terraform's note; None where there is none, or of a backend that this project lacks."""
    try:
        backend = json.loads((folder / _NOTE).read_text(encoding="utf-8"))["backend"]
        return _store(backend["type"], backend["config"], folder)
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def _store(kind: str, values: Mapping[str, Any], folder: Path) -> StateStore | None:
    match kind:
        case "local":
            return Folder((folder / values["path"]).resolve().parent)
        case "s3":
            return Bucket(
                bucket=values["bucket"],
                prefix=values["key"].rpartition("/")[0],
                aws=Aws(values["region"]),
                kms_key="",
            )
    return None
