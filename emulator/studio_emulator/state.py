"""The state of the emulator: lists all resources, and empties it."""

from __future__ import annotations

from studio_emulator import registry, runtime, sessions, ssm, studio
from studio_emulator.iam import callers
from studio_emulator.inventory import Item
from studio_emulator.inventory.moto_resources import moto_items
from studio_emulator.moto_internals.serving import forget_everything
from studio_emulator.services import efs

_USED: set[tuple[str, str]] = set()


def use(account: str, region: str) -> None:
    """Record that an account and region was used."""
    _USED.add((account, region))


def used() -> set[tuple[str, str]]:
    """The accounts and regions that were used."""
    return _USED


def reset() -> None:
    """Start a new account."""
    forget_everything()
    studio.reset()
    registry.reset()
    ssm.reset()
    sessions.forget()
    runtime.forget()
    callers.forget()
    _USED.clear()


def inventory() -> list[Item]:
    """The resources that a new account does not have, over all accounts and regions."""
    studio.settle()
    efs.settle()
    found = set(moto_items())
    for account, region in _USED:
        found.update(studio.inventory(account, region))
        found.update(registry.inventory(account, region))
        found.update(ssm.inventory(account, region))
    return sorted(found)
