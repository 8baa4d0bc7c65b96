"""Moves the states of all stacks from one store to another.

Terraform writes each state (`state push`), under its lock. `init -migrate-state` moves one stack,
needs a folder that was initialized with the old backend, and overwrites the state at the target.
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
    copy: Callable[[str, bytes], object],
    report: Report,
) -> int:
    """Move all states of ``source`` to ``target``; returns their number.

    copy: writes the state of a stack to the target. Continues a move that was interrupted: each
    state is at its source, its target or both.

    Raises Locked, and UserError if the target holds another state; nothing is moved then.
    """
    if unfinished := source.unfinished():
        raise UserError(
            f"{', '.join(unfinished)}: the last run did not end: run `studio up` or `studio down` "
            "first"
        )
    require_unlocked(source)
    require_unlocked(target)
    contents = {stack: content for stack in source.stacks() if (content := source.content(stack))}
    states = {stack: StateFile.parse(content, stack) for stack, content in contents.items()}
    missing = []
    for stack, state in states.items():
        there = target.read(stack)
        # Terraform begins lineage and serial anew in an empty bucket.
        if there and (there.resources, there.outputs) == (state.resources, state.outputs):
            continue
        if there and there.resources:
            raise UserError(
                f"{stack}: {target.name} holds another state (serial {there.serial}; "
                f"{source.name} holds serial {state.serial}): choose another state.key_prefix, or "
                "rename the state that is not needed"
            )
        missing.append(stack)
    for stack, state in states.items():
        if stack in missing:
            copy(stack, contents[stack])
        report(f"{stack}: serial {state.serial} is in {target.name}")
    for stack, state in states.items():
        report(f"{stack}: the old state is now {source.archive(stack, state.serial)}")
    return len(states)
