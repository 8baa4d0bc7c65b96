"""All that an emulator keeps: what exists in it, and how it is emptied."""

from __future__ import annotations

from studio_emulator import registry, sessions, ssm, studio
from studio_emulator.iam import callers
from studio_emulator.inventory import Item
from studio_emulator.inventory.moto_resources import moto_items
from studio_emulator.moto_internals import forget_everything
from studio_emulator.services import efs

_USED: set[tuple[str, str]] = set()


def use(account: str, region: str) -> None:
    """Note that an operation was asked for there."""
    _USED.add((account, region))


def reset() -> None:
    """Empty every part: a new account."""
    forget_everything()
    studio.reset()
    registry.reset()
    ssm.reset()
    sessions.forget()
    callers.forget()
    _USED.clear()


def inventory() -> list[Item]:
    """Everything that exists and does not in a new account, over all accounts and regions."""
    studio.settle()
    efs.settle()
    found = set(moto_items())
    for account, region in _USED:
        found.update(studio.inventory(account, region))
        found.update(registry.inventory(account, region))
        found.update(ssm.inventory(account, region))
    return sorted(found)
