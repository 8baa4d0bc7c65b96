"""Copies of all resources: what took many requests to create is there again at once."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_emulator import state, studio
from studio_emulator.errors import UsageError
from studio_emulator.moto_internals.serving import held_backends, hold_backends, uncopied
from studio_emulator.registry.blobs import BLOBS
from studio_emulator.ssm.store import held as held_by_ssm
from studio_emulator.studio.store import held as held_by_studio


@dataclass(frozen=True)
class Saved:
    """The resources at one moment; `tables` are copies that nobody changes."""

    tables: Any
    blobs: Mapping[str, bytes]


def save() -> Saved:
    """The resources of all accounts; UsageError while an operation is on its way.

    Without sessions, without what runs in apps; S3's objects cannot be copied (TypeError).
    """
    studio.settle()
    for store in held_by_studio().values():
        for resource in store.resources():
            if resource.pending is not None:
                raise UsageError(f"{resource.type} {resource.name} is {resource.status}: wait")
    tables = held_backends(), held_by_studio(), held_by_ssm(), state.used()
    return Saved(_copy(tables), BLOBS.contents())


def restore(saved: Saved) -> None:
    """Replace all resources by those that were saved."""
    state.reset()
    backends, studios, managers, used = _copy(saved.tables)
    hold_backends(backends)
    held_by_studio().update(studios)
    held_by_ssm().update(managers)
    state.used().update(used)
    BLOBS.fill(saved.blobs)


def _copy(tables: Any) -> Any:
    clocks = [store.clock for store in tables[1].values()]
    return copy.deepcopy(tables, {id(one): one for one in (*clocks, *uncopied(tables[0]))})
