"""What the synthesized stacks describe, in the form of a plan that changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.terraform.plan import Action, Change


def described_resources(out: Path) -> Iterator[Change]:
    """The resources of the stacks in ``out``, without what only Terraform can fill in."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for stack in manifest["stacks"].values():
        template = json.loads((out / stack["synthesizedStackPath"]).read_text(encoding="utf-8"))
        for type_, resources in template.get("resource", {}).items():
            for name, values in resources.items():
                yield Change(
                    address=f"{type_}.{name}",
                    type=type_,
                    action=Action.NOTHING,
                    before={},
                    after=_as_planned(values),
                    unknown={},
                )


def _as_planned(values: Any) -> Any:
    """Blocks as lists, as in a plan; references left out."""
    match values:
        case dict():
            return {
                key: [planned] if isinstance(value, dict) and key != "tags" else planned
                for key, value in values.items()
                if key != "//" and (planned := _as_planned(value)) is not None
            }
        case list():
            return [_as_planned(value) for value in values]
        case str() if "${" in values:
            return None
    return values
