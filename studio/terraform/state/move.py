"""Moving every stack's state from one store to another, such that nothing can be lost.

Terraform writes each state (`state push`), under its lock. docs/how-to/state.md promises more: all
copies are read back before any old state is archived, and an interrupted move can be run again.
"""

from collections.abc import Callable

from settings import UserError
from studio.console.reports import Report
from studio.terraform.state.files import StateFile
from studio.terraform.state.stores import StateStore, require_unlocked


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

    Raises UserError where another deployment's state, or a newer one, is at the target, and
    Locked; nothing has changed then.
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
    for stack, state in states.items():
        _require_older(stack, state, there[stack], source=source, target=target)
    for stack, state in states.items():
        if not _same(state, there[stack]):
            copy(stack, state)
        if not _same(state, target.read(stack)):
            raise UserError(
                f"{stack}: {target.name} does not hold the state that was copied there; the state "
                f"in {source.name} is as it was"
            )
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


def _require_older(
    stack: str, mine: StateFile, theirs: StateFile | None, *, source: StateStore, target: StateStore
) -> None:
    """UserError where writing ``mine`` over ``theirs`` could lose something."""
    if theirs is None or _same(mine, theirs):
        return
    if theirs.lineage != mine.lineage:
        if theirs.resources:
            raise UserError(
                f"{stack}: {target.name} holds another state, newer or of another "
                "deployment: choose another state.key_prefix, or archive one of them by hand"
            )
    elif theirs.serial >= mine.serial:
        raise UserError(
            f"{stack}: {target.name} holds a newer state (serial {theirs.serial}) than "
            f"{source.name} (serial {mine.serial}): archive the older one by hand"
        )
