"""Moving every stack's state from one place to another, such that nothing can be lost."""

from collections.abc import Callable
from contextlib import ExitStack

from settings import UserError
from studio.terraform.state.files import StateFile
from studio.terraform.state.places import Place


def move(source: Place, target: Place, *, report: Callable[[str], None]) -> int:
    """Move all states of ``source`` to ``target``; how many there were.

    Each is copied and read back before any is put aside, under Terraform's own locks on both
    sides. After an interruption at any point each state is at its source, its target or both, and
    the same call goes on.

    Raises UserError where another deployment's state, or a newer one, is at the target, and
    Locked; nothing has changed then.
    """
    if unfinished := source.unfinished():
        raise UserError(
            f"{', '.join(unfinished)}: the last run did not end: let `studio up` or `studio down` "
            "end first"
        )
    stacks = source.stacks()
    with ExitStack() as locks:
        for stack in stacks:
            locks.enter_context(source.locked(stack))
            locks.enter_context(target.locked(stack))
        states = {stack: state for stack in stacks if (state := source.read(stack)) is not None}
        there = {stack: target.read(stack) for stack in states}
        for stack, state in states.items():
            _agree(stack, state, there[stack], source=source, target=target)
        for stack, state in states.items():
            if there[stack] is None or there[stack] != state:
                target.write(stack, state)
            if target.read(stack) != state:
                raise UserError(
                    f"{stack}: what {target.name} answers is not what was written there; the "
                    f"state in {source.name} is as it was"
                )
            report(f"{stack}: serial {state.serial} is in {target.name}")
        for stack, state in states.items():
            report(f"{stack}: the old one is kept as {source.put_aside(stack, state)}")
    return len(states)


def _agree(
    stack: str, mine: StateFile, theirs: StateFile | None, *, source: Place, target: Place
) -> None:
    """UserError where writing ``mine`` over ``theirs`` could lose something."""
    if theirs is None or theirs == mine:
        return
    if theirs.lineage != mine.lineage:
        if theirs.resources:
            raise UserError(
                f"{stack}: {target.name} holds the state of another deployment: choose another "
                "state.key_prefix"
            )
    elif theirs.serial >= mine.serial:
        raise UserError(
            f"{stack}: {target.name} holds a newer state (serial {theirs.serial}) than "
            f"{source.name} (serial {mine.serial}): put the older one away by hand"
        )
