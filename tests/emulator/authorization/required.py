"""The permissions that a request requires, as text."""

from collections.abc import Iterable

from studio_emulator.authorization.permissions import Permission


def required(permissions: Iterable[Permission]) -> list[str]:
    """`ACTION RESOURCE` of each permission."""
    return [f"{each.action} {each.resources[0]}" for each in permissions]
