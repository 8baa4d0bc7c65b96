"""What uses a resource, which then cannot be deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store

RUNNING = frozenset({"Pending", "InService", "Deleting"})
IN_FLIGHT = frozenset({"CREATING", "UPDATING", "DELETING"})


def refuse_when_used(resource: Resource, users: Iterable[Resource]) -> None:
    """Raise ResourceInUse when anything uses the resource."""
    arns = sorted({user.arn for user in users})
    if arns:
        raise AwsError(
            "ResourceInUse", f"{resource.arn} is in use by {', '.join(arns[:5])}: detach it first."
        )


def refuse_in_flight(resource: Resource) -> None:
    """Raise ResourceInUse while the resource is created, updated or deleted."""
    if resource.status in IN_FLIGHT:
        raise AwsError("ResourceInUse", f"{resource.arn} is in status {resource.status}.")


def holders(held: Store) -> list[Resource]:
    """Everything whose settings can name an image or a lifecycle configuration."""
    return [*held.domains.values(), *held.user_profiles.values(), *held.spaces.values()]


def running(held: Store) -> list[Resource]:
    """The apps that run, start or stop."""
    return [app for app in held.apps.values() if app.status in RUNNING]


def attaching(held: Store, test: Callable[[dict[str, Any]], bool]) -> list[Resource]:
    """The domains, user profiles and spaces that have a CustomImage which passes `test`."""
    return [r for r in holders(held) if any(test(image) for image in _custom_images(r.data))]


def _custom_images(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield from node.get("CustomImages", [])
        for value in node.values():
            yield from _custom_images(value)
