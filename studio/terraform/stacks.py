"""The synthesized stacks, from cdktf's manifest."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from settings import UserError


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A synthesized stack. dependencies: the stacks whose outputs it reads."""

    name: str
    dependencies: frozenset[str]
    folder: Path

    def allow_destroy(self) -> None:
        """Remove `prevent_destroy`, which protects resources from `cdktf destroy`."""
        file = self.folder / "cdk.tf.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        for resources in document.get("resource", {}).values():
            for resource in resources.values():
                resource.get("lifecycle", {}).pop("prevent_destroy", None)
        file.write_text(json.dumps(document), encoding="utf-8")


def levels(out: Path) -> list[list[Stack]]:
    """The stacks of ``out`` (a cdktf.out) in levels; see ``in_levels``.

    Raises UserError without synthesized stacks.
    """
    try:
        manifest = json.loads((out / "manifest.json").read_text())
        found = [
            Stack(
                name=name,
                dependencies=frozenset(entry["dependencies"]),
                folder=out / entry["workingDirectory"],
            )
            for name, entry in sorted(manifest["stacks"].items())
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{out.name}: it has no synthesized stacks; run `cdktf synth`") from None
    return in_levels(found)


def in_levels(stacks: Iterable[Stack], *, done: Collection[str] = ()) -> list[list[Stack]]:
    """The stacks without ``done``, each in a level after its dependencies.

    Raises UserError for circular dependencies.
    """
    ordered: list[list[Stack]] = []
    placed = set(done)
    waiting = [stack for stack in stacks if stack.name not in placed]
    while waiting:
        ready = [stack for stack in waiting if stack.dependencies <= placed]
        if not ready:
            raise UserError("cdktf.out/manifest.json: the stacks have circular dependencies")
        ordered.append(ready)
        placed.update(stack.name for stack in ready)
        waiting = [stack for stack in waiting if stack not in ready]
    return ordered
