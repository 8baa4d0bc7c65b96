"""After a run that did not end: what it made and could not write down goes into state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.lifecycle.recovery.finders import Candidate, candidates

Terraform = Callable[..., str]
"""Runs terraform with these words in the stack's folder; what it printed. Raises UserError."""

_ROUNDS = 8
"""A VPC, what is in it, what is in that: each round finds what the one before made findable."""

_PLAN = "recovery.plan"
_WORTH_A_PLAN = 4
"""An import by itself takes a third of the time of a plan that imports any number."""

_HARMLESS = (["no-op"], ["read"], ["update"])

_NOT_READ = {"aws_sagemaker_domain": ("retention_policy",)}
"""What an import leaves empty, and a plan would replace the resource for."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A resource that is not in state and that a plan would create, as far as it is known."""

    address: str
    kind: str
    values: Mapping[str, Any]


def recover(terraform: Terraform, folder: Path, *, report: Callable[[str], None]) -> None:
    """Import what exists of a stack, carries its tags and is not in its state.

    folder: the stack's, synthesized. Nothing is created, replaced or deleted in AWS. Where the
    stack cannot be planned, nothing is imported.
    Raises UserError where AWS or Terraform refuses.
    """
    terraform("init", "-input=false", "-no-color")
    for _ in range(_ROUNDS):
        try:
            plan = _plan(terraform)
        except UserError as error:
            report(f"{folder.name}: what the last run left cannot be looked for: {error}")
            return
        aws, taken = Aws(region(folder)), _ids(plan)
        try:
            found = [
                (planned, candidate.id)
                for planned in _creations(plan)
                if (candidate := _mine(planned, aws, taken)) is not None
            ]
        except AwsError as error:
            raise UserError(f"{folder.name}: {error}") from error
        if not found:
            return
        for planned, _ in found:
            report(f"{folder.name}: found {planned.address}, made by a run that did not end")
        _import(terraform, folder, found)


def _import(terraform: Terraform, folder: Path, found: Sequence[tuple[Planned, str]]) -> None:
    together = [(planned, id_) for planned, id_ in found if planned.kind not in _NOT_READ]
    if len(together) < _WORTH_A_PLAN or not _imported_together(terraform, folder, together):
        together = []
    for planned, id_ in found:
        if (planned, id_) not in together:
            terraform("import", "-input=false", "-no-color", planned.address, id_)
            _fill(terraform, folder, planned)


def _imported_together(
    terraform: Terraform, folder: Path, found: Sequence[tuple[Planned, str]]
) -> bool:
    """Import all in one plan; False, and nothing done, where that would do anything else."""
    blocks = folder / "recovery.tf.json"
    wanted = [{"to": planned.address, "id": id_} for planned, id_ in found]
    blocks.write_text(json.dumps({"import": wanted}), encoding="utf-8")
    try:
        plan = _plan(terraform, *(f"-target={planned.address}" for planned, _ in found))
        changes = [change["change"]["actions"] for change in plan.get("resource_changes", ())]
        if any(actions not in _HARMLESS for actions in changes):
            return False
        terraform("apply", "-input=false", "-no-color", _PLAN)
    finally:
        blocks.unlink()
    return True


def _plan(terraform: Terraform, *more: str) -> dict[str, Any]:
    flags = ["-input=false", "-no-color", "-refresh=false", "-lock=false", f"-out={_PLAN}"]
    terraform("plan", *flags, *more)
    plan: dict[str, Any] = json.loads(terraform("show", "-json", _PLAN))
    return plan


def _creations(plan: Mapping[str, Any]) -> Iterator[Planned]:
    for change in plan.get("resource_changes", ()):
        if change["mode"] == "managed" and change["change"]["actions"] == ["create"]:
            yield Planned(
                address=change["address"], kind=change["type"], values=change["change"]["after"]
            )


def _ids(plan: Mapping[str, Any]) -> set[str]:
    """The ids and ARNs of all that is in state."""
    resources = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    values = [resource["values"] for resource in resources.get("resources", ())]
    return {str(one[key]) for one in values for key in ("id", "arn") if one.get(key)}


def _mine(planned: Planned, aws: Aws, taken: set[str]) -> Candidate | None:
    """The only or first one with all of the tags; what it is taken for nobody else is."""
    wanted = (planned.values.get("tags_all") or {}).items()
    for candidate in candidates(planned.kind, aws, planned.values):
        if candidate.id in taken and candidate.tags is not None:
            continue
        if candidate.tags is None or wanted <= candidate.tags.items():
            taken.add(candidate.id)
            return candidate
    return None


def region(folder: Path) -> str:
    """The region that a synthesized stack is for."""
    document = json.loads((folder / "cdk.tf.json").read_text(encoding="utf-8"))
    region: str = document["provider"]["aws"][0]["region"]
    return region


def _fill(terraform: Terraform, folder: Path, planned: Planned) -> None:
    """Write into state what an import does not read."""
    missing = {
        name: planned.values[name]
        for name in _NOT_READ.get(planned.kind, ())
        if planned.values.get(name) is not None
    }
    if not missing:
        return
    state = json.loads(terraform("state", "pull"))
    for resource in state["resources"]:
        if f"{resource['type']}.{resource['name']}" == planned.address:
            for instance in resource["instances"]:
                instance["attributes"] |= missing
    state["serial"] += 1
    filled = folder / "recovered.tfstate"
    filled.write_text(json.dumps(state), encoding="utf-8")
    try:
        terraform("state", "push", filled.name)
    finally:
        filled.unlink()
