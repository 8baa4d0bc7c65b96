"""The stacks as the synthesized manifest names them; the command line never imports stacks/."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from settings import UserError


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A synthesized stack: its name, the stacks that it reads outputs of, its folder."""

    name: str
    dependencies: frozenset[str]
    folder: Path

    def allow_destroy(self) -> None:
        """Drop `prevent_destroy` from what is synthesized: it is meant for `cdktf destroy`."""
        file = self.folder / "cdk.tf.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        for resources in document.get("resource", {}).values():
            for resource in resources.values():
                resource.get("lifecycle", {}).pop("prevent_destroy", None)
        file.write_text(json.dumps(document), encoding="utf-8")


def levels(out: Path) -> list[list[Stack]]:
    """The stacks of ``out`` (a cdktf.out), as ``in_levels`` has them.

    Raises UserError where nothing was synthesized there.
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
        raise UserError(f"{out.name}: nothing is synthesized there; run `cdktf synth`") from None
    return in_levels(found)


def in_levels(stacks: Iterable[Stack], *, done: Collection[str] = ()) -> list[list[Stack]]:
    """The stacks, each in a level behind those that it depends on; ``done`` are not among them.

    Raises UserError where they depend on each other in a circle.
    """
    ordered: list[list[Stack]] = []
    behind = set(done)
    waiting = [stack for stack in stacks if stack.name not in behind]
    while waiting:
        ready = [stack for stack in waiting if stack.dependencies <= behind]
        if not ready:
            raise UserError("cdktf.out/manifest.json: the stacks depend on each other in a circle")
        ordered.append(ready)
        behind.update(stack.name for stack in ready)
        waiting = [stack for stack in waiting if stack not in ready]
    return ordered
