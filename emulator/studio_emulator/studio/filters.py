"""What List operations have in common: filters by name and time, and how a resource is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from studio_emulator.studio.lifecycle import Resource


def filtered(resources: Iterable[Resource], params: dict[str, Any]) -> list[Resource]:
    """Those that NameContains, CreationTime*, LastModifiedTime* and ModifiedTime* let pass."""
    return [resource for resource in resources if _passes(resource, params)]


def shown(resource: Resource, *, kind: str, status: bool = True) -> dict[str, Any]:
    """The members of a Describe answer with `kind`Arn and, when it has one, `kind`Status."""
    answer = {**resource.answer(), f"{kind}Arn": resource.arn}
    own = answer.pop("Status")
    return {**answer, f"{kind}Status": own} if status else answer


def _passes(resource: Resource, params: dict[str, Any]) -> bool:
    if params.get("NameContains", "").lower() not in resource.name.lower():
        return False
    times = {
        "CreationTime": resource.created,
        "LastModifiedTime": resource.modified,
        "ModifiedTime": resource.modified,
    }
    return all(
        _epoch(params.get(f"{name}After"), moment) <= moment
        and moment <= _epoch(params.get(f"{name}Before"), moment)
        for name, moment in times.items()
    )


def _epoch(value: float | datetime | None, default: float) -> float:
    if value is None:
        return default
    return value.timestamp() if isinstance(value, datetime) else float(value)
