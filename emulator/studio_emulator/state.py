"""The emulator's state, in memory only: lists, deletes, saves and restores all resources."""

import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio_emulator import idempotency, registry, ssm, studio
from studio_emulator.errors import UsageError
from studio_emulator.iam import callers
from studio_emulator.inventory import Item
from studio_emulator.inventory.moto_resources import moto_items
from studio_emulator.moto_internals.backends import (
    all_backends,
    empty_backends,
    refill,
    shared_by_copies,
)
from studio_emulator.registry.blobs import BLOBS
from studio_emulator.runtime import running_apps
from studio_emulator.services import efs
from studio_emulator.sessions import open_sessions
from studio_emulator.ssm.store import STORES as SSM_STORES
from studio_emulator.studio.store import STORES as STUDIO_STORES

_USED: set[tuple[str, str]] = set()
"""The accounts and regions in the inventory."""


def use(account: str, region: str) -> None:
    """Include an account and region in the inventory."""
    _USED.add((account, region))


def reset() -> None:
    """Start a new account."""
    empty_backends()
    STUDIO_STORES.clear()
    BLOBS.reset()
    SSM_STORES.clear()
    open_sessions.reset()
    running_apps.reset()
    callers.forget()
    idempotency.forget()
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


@dataclass(frozen=True)
class Saved:
    """Pickled tables; restoring them takes half the time of a deep copy.

    shared: the objects that they refer to, and that are not copied.
    """

    tables: bytes
    shared: Sequence[object]
    blobs: Mapping[str, bytes]


def save() -> Saved:
    """The resources of all accounts, without sessions and the processes of apps.

    UsageError while an operation is in progress.
    """
    studio.settle()
    for store in STUDIO_STORES.values():
        for resource in store.resources():
            if resource.pending is not None:
                raise UsageError(f"{resource.type} {resource.name} is {resource.status}: wait")
    tables = all_backends(), STUDIO_STORES, SSM_STORES, _USED
    clocks = (store.clock for store in STUDIO_STORES.values())
    shared = [*clocks, *shared_by_copies(tables[0])]
    numbers = {id(one): number for number, one in enumerate(shared)}
    written = io.BytesIO()
    pickler = pickle.Pickler(written, pickle.HIGHEST_PROTOCOL)
    pickler.persistent_id = lambda one: numbers.get(id(one))  # type: ignore[method-assign]
    pickler.dump(tables)
    return Saved(written.getvalue(), shared, BLOBS.contents())


def restore(saved: Saved) -> None:
    """Replace all resources by the saved ones."""
    reset()
    unpickler = pickle.Unpickler(io.BytesIO(saved.tables))  # noqa: S301 - we wrote it
    unpickler.persistent_load = saved.shared.__getitem__  # type: ignore[method-assign]
    backends, studios, managers, used = unpickler.load()
    refill(backends)
    STUDIO_STORES.update(studios)
    SSM_STORES.update(managers)
    _USED.update(used)
    BLOBS.fill(saved.blobs)
