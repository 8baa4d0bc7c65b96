"""Boxes of the diagram, and how resources share one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from studio.review import labels
from studio.terraform.plan import Action, Change

MOST = 6
"""More subnets or users than these share a box for each action."""

_NAMES = 12
"""A box of several resources lists that many names."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A box. details: smaller lines below the label. on_path: on the path of SSH."""

    label: str
    details: tuple[str, ...] = ()
    action: Action = Action.NOTHING
    on_path: bool = False


def group(changes: Sequence[Change], noun: str, nouns: str) -> list[Part]:
    """A box for each action that resources of one type have, with their number and names."""
    return by_action(
        changes,
        lambda some: f"{len(some)} {noun if len(some) == 1 else nouns}",
        _names,
    )


def by_action(
    changes: Sequence[Change],
    label: Callable[[Sequence[Change]], str],
    details: Callable[[Sequence[Change]], tuple[str, ...]] = lambda _: (),
) -> list[Part]:
    """A box for each action that these have, the worst first."""
    return [
        Part(label=label(some), details=details(some), action=action)
        for action in labels.ACTIONS
        if (some := [change for change in changes if change.action is action])
    ]


def _names(changes: Sequence[Change]) -> tuple[str, ...]:
    names = sorted(filter(None, map(labels.known_name, changes)))
    return (listed(names),) if names else ()


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    if len(names) <= _NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMES])} and {len(names) - _NAMES} more"


def common(actions: Iterable[Action]) -> Action:
    """The action of a group: the one that all have, else that the group changes."""
    different = set(actions)
    return different.pop() if len(different) == 1 else Action.UPDATE
