"""Imports resources into a stack's state, never with a plan that creates, replaces or deletes."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import UserError
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.lifecycle.recovery.search import Planned, creations, ids_in_state, region, search
from studio.terraform.unchanged import planned_actions

REFRESH_STATE = ("apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color")

Terraform = Callable[..., str]
"""Runs Terraform in the folder of a stack; returns its output. Raises UserError."""

_ROUNDS = 8
"""Each plan knows ids that the next search needs: of the VPC, then of what is in it, and so on."""

_PLAN = "recovery.plan"
_WORTH_A_PLAN = 4
"""One `terraform import` takes a third of the time of a plan, which imports any number."""

_UNCHANGED = ("noop", "read", "import")
_KEPT = (*_UNCHANGED, "update")
_NOT_READ = {"aws_sagemaker_domain": ("retention_policy",)}
"""Arguments that an import leaves empty and for which a plan would replace the resource."""


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """imported, missing: addresses; the plan creates the missing ones. complete: state has the
    outputs too, as after an apply. unplanned: why nothing was looked up, or ""."""

    imported: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    complete: bool = False
    unplanned: str = ""


def recover(terraform: Terraform, folder: Path) -> Recovery:
    """Import the resources of a stack that exist in AWS with its tags and are not in its state.

    folder: of the stack, synthesized and initialized. Creates, replaces and deletes nothing in AWS.
    Imports nothing if the stack cannot be planned.
    Raises UserError if AWS or Terraform fails.
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
            return Recovery(imported=tuple(alone), unplanned=str(error))
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
    if _only_imports(actions, found):
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
    """Import all in one plan if it does nothing else, the others one by one."""
    together = {
        address: one for address, one in found.items() if actions.get(address, "noop") in _KEPT
    }
    if len(together) < _WORTH_A_PLAN or not _imported_together(terraform, folder, together):
        together = {}
    for address, (planned, id_) in found.items():
        if address not in together:
            _import_alone(terraform, folder, planned, id_)


def _imported_together(
    terraform: Terraform, folder: Path, found: Mapping[str, tuple[Planned, str]]
) -> bool:
    """Import all in one plan; False, and no import, if that plan does anything else."""
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
    """Add an import block for each of these to the configuration while the block runs."""
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
    """Whether a plan only imports these and sets what an import does not read."""
    return all(
        done in _UNCHANGED or (done == "update" and address in set(found))
        for address, done in actions.items()
    )


def _plan(terraform: Terraform, *more: str) -> dict[str, str]:
    """The action of each resource that the plan changes."""
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
