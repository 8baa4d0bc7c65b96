"""Finds what uses a resource and so prevents its deletion."""

from collections.abc import Callable, Iterable
from typing import Any

from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.lookup import ACTIVE
from studio_emulator.studio.refusals import in_use
from studio_emulator.studio.store import Store, mentioned

IN_FLIGHT = frozenset({"CREATING", "UPDATING", "DELETING"})


def refuse_when_used(resource: Resource, users: Iterable[Resource]) -> None:
    """Raise ResourceInUse if there are users."""
    arns = sorted({user.arn for user in users})
    if arns:
        raise in_use(f"{resource.arn} is in use by {', '.join(arns[:5])}: detach it first.")


def refuse_in_flight(resource: Resource) -> None:
    """Raise ResourceInUse while the resource is created, updated or deleted."""
    if resource.status in IN_FLIGHT:
        raise in_use(f"{resource.arn} is in status {resource.status}.")


def holders(state: Store) -> list[Resource]:
    """The resources whose settings can name an image or a lifecycle configuration."""
    return [*state.domains.values(), *state.user_profiles.values(), *state.spaces.values()]


def running(state: Store) -> list[Resource]:
    """The apps that start, run or stop."""
    return [app for app in state.apps.values() if app.status in ACTIVE]


def attaching(state: Store, test: Callable[[dict[str, Any]], bool]) -> list[Resource]:
    """The domains, user profiles and spaces with a CustomImage for which `test` is true."""
    return [r for r in holders(state) if any(map(test, mentioned(r.data, ("CustomImages",))))]
