"""What Terraform notes of a backend in a stack's folder, once the configuration names another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings import UserError
from studio.terraform.state.places import Place, place_at, recorded

_NOTE = Path(".terraform", "terraform.tfstate")
"""Where Terraform notes the backend that it was initialized with (source: hashicorp/terraform,
internal/command/meta_backend.go)."""


def settle(stack: str, folder: Path) -> None:
    """Let Terraform begin anew in a stack's folder whose state has moved since the last run there.

    Without this every ``terraform init`` there refuses. folder: the stack's, synthesized.
    Raises UserError where a state is still at the old place: Terraform would make everything a
    second time.
    """
    noted = _noted(folder)
    if noted is None:
        return
    (kind, values), new = noted, recorded(folder)
    document = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))
    if document["terraform"]["backend"] == {kind: values}:
        return
    try:
        old = place_at(kind, values, folder)
    except (KeyError, TypeError, AttributeError):
        old = None
    if old is not None and old.name != new.name:
        _refuse_to_lose(stack, folder, old=old, new=new)
    (folder / _NOTE).unlink()


def forget(out: Path) -> None:
    """As ``settle``, for every stack in ``out`` (a cdktf.out), once all states have moved.

    A plain ``cdktf deploy`` synthesizes and initializes in one go.
    """
    for note in out.glob(f"stacks/*/{_NOTE}"):
        note.unlink()


def _noted(folder: Path) -> tuple[str, Mapping[str, Any]] | None:
    """Kind and values of the noted backend; None where Terraform was not initialized there."""
    try:
        backend = json.loads((folder / _NOTE).read_text(encoding="utf-8"))["backend"]
        return backend["type"], {
            name: value for name, value in backend["config"].items() if value is not None
        }
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None


def _refuse_to_lose(stack: str, folder: Path, *, old: Place, new: Place) -> None:
    try:
        left = old.read(stack)
    except UserError as error:
        raise UserError(
            f"{stack}: the last run here had its state in {old.name}, the settings say {new.name}, "
            f"and whether it was moved cannot be seen ({error}); if it was, delete {folder}"
        ) from None
    if left is not None and left.resources:
        raise UserError(
            f"{stack}: its state lies in {old.name} still, and the settings say {new.name}: put "
            "[state] back as it was, and move it with `studio state move`"
        )
