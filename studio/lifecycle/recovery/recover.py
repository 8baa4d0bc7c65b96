"""Imports what exists in AWS and is not in the state of a stack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.console.reports import Report
from studio.lifecycle.recovery.search import Planned, creations, ids_in_state, region, search
from studio.terraform.unchanged import planned_actions

Terraform = Callable[..., str]
"""Runs terraform with these words in the stack's folder; what it printed. Raises UserError."""

_ROUNDS = 8
"""A VPC, what is in it, what is in that: each plan makes known what the next search needs."""

_PLAN = "recovery.plan"
_WORTH_A_PLAN = 4
"""An import by itself takes a third of the time of a plan that imports any number."""

_UNCHANGED = ("noop", "read", "import")
_HARMLESS = (*_UNCHANGED, "update")
_NOT_READ = {"aws_sagemaker_domain": ("retention_policy",)}
"""What an import leaves empty, and a plan would replace the resource for."""


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """imported: addresses. missing: those that the plan still creates. complete: the outputs are
    in state too, as after an apply."""

    imported: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    complete: bool = False


def recover(terraform: Terraform, folder: Path, *, report: Report) -> Recovery:
    """Import what exists of a stack, carries its tags and is not in its state.

    folder: the stack's, synthesized and initialized. Nothing is created, replaced or deleted in
    AWS. Where the stack cannot be planned, nothing is imported.
    Raises UserError where AWS or Terraform refuses.
    """
    taken: set[str] = set()
    found: dict[str, tuple[Planned, str]] = {}
    alone: list[str] = []
    plan, actions = dict[str, Any](), dict[str, str]()
    for _ in range(_ROUNDS):
        try:
            with _import_blocks(folder, found.values()):
                actions = _plan(terraform)
        except UserError as error:
            if found:
                break
            report(f"{folder.name}: existing resources cannot be looked up: {error}")
            return Recovery(imported=tuple(alone))
        if "create" not in actions.values():
            # Reading the plan would take as long as making it.
            plan = {}
            break
        plan = json.loads(terraform("show", "-json", _PLAN))
        taken |= ids_in_state(plan)
        new = _search(plan, taken, folder)
        for planned, id_ in new:
            if planned.kind in _NOT_READ:
                _import_alone(terraform, folder, planned, id_)
                alone.append(planned.address)
            else:
                found[planned.address] = planned, id_
        if not new:
            break
    if found and _only_imports(actions, found):
        with _import_blocks(folder, found.values()):
            terraform("apply", "-input=false", "-no-color", _PLAN)
        return Recovery(imported=(*alone, *found), complete=True)
    _import(terraform, folder, found, actions)
    missing = [planned.address for planned in creations(plan) if planned.address not in found]
    return Recovery(
        imported=(*alone, *found), missing=tuple(one for one in missing if one not in alone)
    )


def _search(plan: Mapping[str, Any], taken: set[str], folder: Path) -> list[tuple[Planned, str]]:
    try:
        return search(plan, Aws(region(folder)), taken, folder)
    except AwsError as error:
        raise UserError(f"{folder.name}: {error}") from error


def _import(
    terraform: Terraform,
    folder: Path,
    found: Mapping[str, tuple[Planned, str]],
    actions: Mapping[str, str],
) -> None:
    """Import all in one plan where it does nothing else, the others each by itself."""
    together = {
        address: one for address, one in found.items() if actions.get(address, "noop") in _HARMLESS
    }
    if len(together) < _WORTH_A_PLAN or not _imported_together(terraform, folder, together):
        together = {}
    for address, (planned, id_) in found.items():
        if address not in together:
            _import_alone(terraform, folder, planned, id_)


def _imported_together(
    terraform: Terraform, folder: Path, found: Mapping[str, tuple[Planned, str]]
) -> bool:
    """Import all in one plan; False, and nothing done, where that would do anything else."""
    with _import_blocks(folder, found.values()):
        if not _only_imports(_plan(terraform, *(f"-target={one}" for one in found)), found):
            return False
        terraform("apply", "-input=false", "-no-color", _PLAN)
    return True


def _import_alone(terraform: Terraform, folder: Path, planned: Planned, id_: str) -> None:
    terraform("import", "-input=false", "-no-color", planned.address, id_)
    _fill(terraform, folder, planned)


@contextmanager
def _import_blocks(folder: Path, found: Iterable[tuple[Planned, str]]) -> Iterator[None]:
    """The stack's configuration with an import block for each of these."""
    wanted = [{"to": planned.address, "id": id_} for planned, id_ in found]
    if not wanted:
        yield
        return
    blocks = folder / "recovery.tf.json"
    blocks.write_text(json.dumps({"import": wanted}), encoding="utf-8")
    try:
        yield
    finally:
        blocks.unlink()


def _only_imports(actions: Mapping[str, str], found: Iterable[str]) -> bool:
    """Whether a plan does nothing but import these, and set what an import does not read."""
    return all(
        done in _UNCHANGED or (done == "update" and address in set(found))
        for address, done in actions.items()
    )


def _plan(terraform: Terraform, *more: str) -> dict[str, str]:
    """The planned action of each resource that does not stay as it is."""
    flags = ["-input=false", "-no-color", "-refresh=false", "-lock=false", f"-out={_PLAN}"]
    return planned_actions(terraform("plan", *flags, *more))


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
