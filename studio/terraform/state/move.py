"""Moving every stack's state from one store to another, such that nothing can be lost.

Terraform writes each state (`state push`), under its lock. `init -migrate-state` would do it for
one stack, in a folder that was initialized with the old backend, and over whatever is there.
"""

from collections.abc import Callable

from settings import UserError
from studio.console.reports import Report
from studio.terraform.state.base import StateStore
from studio.terraform.state.files import StateFile
from studio.terraform.state.stores import require_unlocked


def move(
    source: StateStore,
    target: StateStore,
    *,
    copy: Callable[[str, StateFile], object],
    report: Report,
) -> int:
    """Move all states of ``source`` to ``target``; how many there were.

    copy: writes the state of a stack to the target. After an interruption at any point each state
    is at its source, its target or both, and the same call continues.

    Raises UserError where another state is at the target, and Locked; nothing has changed then.
    """
    if unfinished := source.unfinished():
        raise UserError(
            f"{', '.join(unfinished)}: the last run did not end: let `studio up` or `studio down` "
            "end first"
        )
    require_unlocked(source)
    require_unlocked(target)
    states = {stack: state for stack in source.stacks() if (state := source.read(stack))}
    there = {stack: target.read(stack) for stack in states}
    for stack, other in there.items():
        if other and other.resources and not _same(states[stack], other):
            raise UserError(
                f"{stack}: {target.name} holds another state (serial {other.serial}; in "
                f"{source.name} is serial {states[stack].serial}): choose another "
                "state.key_prefix, or move the one that is not needed away"
            )
    for stack, state in states.items():
        if not _same(state, there[stack]):
            copy(stack, state)
        report(f"{stack}: serial {state.serial} is in {target.name}")
    for stack, state in states.items():
        report(f"{stack}: the old state is kept as {source.archive(stack, state)}")
    return len(states)


def _same(state: StateFile, other: StateFile | None) -> bool:
    """In an empty bucket Terraform begins a new lineage, with serial 1."""
    return other is not None and (state.resources, state.outputs) == (
        other.resources,
        other.outputs,
    )
