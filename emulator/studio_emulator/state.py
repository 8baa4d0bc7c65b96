"""The emulator's state: lists all resources, or deletes them."""

from studio_emulator import registry, sessions, ssm, studio
from studio_emulator.iam import callers
from studio_emulator.inventory import Item
from studio_emulator.inventory.moto_resources import moto_items
from studio_emulator.moto_internals.backends import empty_backends
from studio_emulator.runtime import running_apps
from studio_emulator.services import efs

_USED: set[tuple[str, str]] = set()


def use(account: str, region: str) -> None:
    """Include an account and region in the inventory."""
    _USED.add((account, region))


def used() -> set[tuple[str, str]]:
    """The accounts and regions in the inventory."""
    return _USED


def reset() -> None:
    """Start a new account."""
    empty_backends()
    studio.reset()
    registry.reset()
    ssm.forget()
    sessions.reset()
    running_apps.reset()
    callers.forget()
    _USED.clear()


def inventory() -> list[Item]:
    """The resources of all accounts and regions that a new account does not have."""
    studio.settle()
    efs.settle()
    found = set(moto_items())
    for account, region in _USED:
        found.update(studio.inventory(account, region))
        found.update(registry.inventory(account, region))
        found.update(ssm.inventory(account, region))
    return sorted(found)
