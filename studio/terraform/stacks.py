"""The synthesized stacks and their order, from cdktf's manifest."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import UserError

CONFIGURATION = "cdk.tf.json"
REFERENCE = "cross-stack-reference-input-"
"""The prefix of the names of cdktf's data sources for the outputs of other stacks."""


def read_configuration(folder: Path) -> dict[str, Any]:
    """The synthesized configuration in the folder of a stack. Raises OSError, ValueError."""
    document: dict[str, Any] = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    return document


def write_configuration(folder: Path, configuration: Mapping[str, Any]) -> None:
    """Replace the synthesized configuration in a folder. Raises OSError."""
    (folder / CONFIGURATION).write_text(json.dumps(configuration, indent=1), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A synthesized stack. dependencies: the stacks whose outputs it reads."""

    name: str
    dependencies: frozenset[str]
    folder: Path

    @property
    def resources(self) -> Mapping[str, Any]:
        """The synthesized resources, by type and name. Raises OSError, ValueError."""
        resources: dict[str, Any] = read_configuration(self.folder).get("resource", {})
        return resources

    def prepare_destroy(self) -> None:
        """Leave the backend and the provider only: the state has the resources to destroy.

        `prevent_destroy` protects resources from `cdktf destroy`. With a user who was added and not
        deployed, the configuration refers to outputs that no state has.
        """
        document = read_configuration(self.folder).items()
        kept = {key: value for key, value in document if key in ("terraform", "provider")}
        write_configuration(self.folder, kept)

    def use_local_state(self) -> None:
        """Let it use the local states: its own, and those that it reads outputs from."""
        document = read_configuration(self.folder)
        document["terraform"]["backend"] = {"local": _state_file(self.name)}
        references = document.get("data", {}).get("terraform_remote_state", {})
        for name, reference in references.items():
            reference |= {"backend": "local", "config": _state_file(name.removeprefix(REFERENCE))}
        write_configuration(self.folder, document)


def _state_file(stack: str) -> dict[str, str]:
    return {"path": f"../../../terraform.{stack}.tfstate"}


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
