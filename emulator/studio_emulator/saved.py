"""Saves and restores all resources, so that tests need not create them again."""

import io
import pickle
from collections.abc import Mapping, Sequence
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
    for store in studio_stores().values():
        for resource in store.resources():
            if resource.pending is not None:
                raise UsageError(f"{resource.type} {resource.name} is {resource.status}: wait")
    tables = all_backends(), studio_stores(), ssm_stores(), state.used()
    clocks = (store.clock for store in studio_stores().values())
    shared = [*clocks, *shared_by_copies(tables[0])]
    written = io.BytesIO()
    _Pickler(written, shared).dump(tables)
    return Saved(written.getvalue(), shared, BLOBS.contents())


def restore(saved: Saved) -> None:
    """Replace all resources by the saved ones."""
    state.reset()
    backends, studios, managers, used = _Unpickler(io.BytesIO(saved.tables), saved.shared).load()
    refill(backends)
    studio_stores().update(studios)
    ssm_stores().update(managers)
    state.used().update(used)
    BLOBS.fill(saved.blobs)


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._numbers = {id(one): number for number, one in enumerate(shared)}

    def persistent_id(self, obj: object) -> int | None:
        return self._numbers.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, pid: Any) -> object:
        return self._shared[pid]
