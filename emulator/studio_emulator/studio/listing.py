"""Filtering, ordering and paging of List operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from studio_emulator import paging
from studio_emulator.studio.lifecycle import Resource

PAGE = 10

_SORT_KEYS: dict[str, Callable[[Resource], Any]] = {
    "name": lambda resource: resource.name,
    "time": lambda resource: resource.created,
    "modified": lambda resource: resource.modified,
}


def page(
    resources: Iterable[Resource],
    params: dict[str, Any],
    member: str,
    summarise: Callable[[Resource], dict[str, Any]],
    *,
    ascending: bool = True,
) -> dict[str, Any]:
    """One page of `resources` as {member: summaries, NextToken}.

    Reads SortBy, SortOrder, MaxResults (10 when not given, as AWS documents) and NextToken from
    the parameters.
    """
    by = str(params.get("SortBy", "CreationTime")).lower()
    kind = "modified" if "modif" in by else "time" if "time" in by else "name"
    order = params.get("SortOrder")
    descending = order.lower().startswith("desc") if order else not ascending
    value = _SORT_KEYS[kind]
    shown, token = paging.page(
        resources,
        key=lambda resource: [value(resource), resource.arn],
        size=int(params.get("MaxResults", PAGE)),
        token=params.get("NextToken"),
        descending=descending,
    )
    answer: dict[str, Any] = {member: [summarise(resource) for resource in shown]}
    return {**answer, "NextToken": token} if token else answer
