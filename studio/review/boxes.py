"""The boxes of the diagram: how many users have one each, and how many names one lists."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from studio.review import labels
from studio.terraform.plan import Action, Change

MOST = 6
"""How many subnets or users have a box of their own; more share a box for each action."""

_NAMES = 12
"""How many names a box lists."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A box. details: smaller lines below the label. on_path: part of the SSH connection."""

    label: str
    details: tuple[str, ...] = ()
    action: Action = Action.NOTHING
    on_path: bool = False


def group(changes: Sequence[Change], noun: str, nouns: str) -> list[Part]:
    """A box for each action, with the number and the names of its resources."""
    return by_action(
        changes, lambda some: f"{len(some)} {noun if len(some) == 1 else nouns}", _names
    )


def by_action(
    changes: Sequence[Change],
    label: Callable[[Sequence[Change]], str],
    details: Callable[[Sequence[Change]], tuple[str, ...]] = lambda _: (),
) -> list[Part]:
    """A box for each action, the most severe first."""
    return [
        Part(label=label(some), details=details(some), action=action)
        for action in labels.ACTIONS
        if (some := [change for change in changes if change.action is action])
    ]


def _names(changes: Sequence[Change]) -> tuple[str, ...]:
    names = sorted(filter(None, map(labels.known_name, changes)))
    return (listed(names),) if names else ()


def listed(names: Sequence[str]) -> str:
    """The first names, and the number of the others."""
    if len(names) <= _NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"


def common(actions: Iterable[Action]) -> Action:
    """The action of all resources of a group, or UPDATE if the actions differ."""
    different = set(actions)
    return different.pop() if len(different) == 1 else Action.UPDATE
