"""Saves and restores all resources, so that tests need not create them again."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_emulator import state, studio
from studio_emulator.errors import UsageError
from studio_emulator.moto_internals.backends import all_backends, refill, shared_by_copies
from studio_emulator.registry.blobs import BLOBS
from studio_emulator.ssm.store import stores as ssm_stores
from studio_emulator.studio.store import stores as studio_stores


@dataclass(frozen=True)
class Saved:
    tables: Any
    blobs: Mapping[str, bytes]


def save() -> Saved:
    """The resources of all accounts, without sessions and the processes of apps.

    UsageError while an operation is in progress; TypeError if a bucket holds objects.
    """
    studio.settle()
    for store in studio_stores().values():
        for resource in store.resources():
            if resource.pending is not None:
                raise UsageError(f"{resource.type} {resource.name} is {resource.status}: wait")
    tables = all_backends(), studio_stores(), ssm_stores(), state.used()
    return Saved(_copy(tables), BLOBS.contents())


def restore(saved: Saved) -> None:
    """Replace all resources by the saved ones."""
    state.reset()
    backends, studios, managers, used = _copy(saved.tables)
    refill(backends)
    studio_stores().update(studios)
    ssm_stores().update(managers)
    state.used().update(used)
    BLOBS.fill(saved.blobs)


def _copy(tables: Any) -> Any:
    clocks = [store.clock for store in tables[1].values()]
    return copy.deepcopy(tables, {id(one): one for one in (*clocks, *shared_by_copies(tables[0]))})
