"""Folders of stacks that `terraform init` has not run in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

PACKAGE = Path("registry.terraform.io", "hashicorp", "aws", "5.100.0", "linux_amd64")
BACKEND = {"terraform": {"backend": {"local": {"path": "../../../terraform.role.tfstate"}}}}
IN_STATE = "another provider"
Command = Callable[..., list[str]]


def stack(
    folder: Path, parent: str = "stacks", document: object = BACKEND, *, name: str = "role"
) -> Path:
    found = folder / "cdktf.out" / parent / name
    found.mkdir(parents=True, exist_ok=True)
    (found / "cdk.tf.json").write_text(json.dumps(document))
    return found
