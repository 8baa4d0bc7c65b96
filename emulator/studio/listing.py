"""Filtering, ordering and paging of List operations."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Any

from emulator.errors import AwsError
from emulator.studio.lifecycle import Resource

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
    the parameters. Raises ValidationException for a token that no answer gave.
    """
    by = str(params.get("SortBy", "CreationTime")).lower()
    kind = "modified" if "modif" in by else "time" if "time" in by else "name"
    order = params.get("SortOrder")
    descending = order.lower().startswith("desc") if order else not ascending
    ordered = sorted(resources, key=_SORT_KEYS[kind], reverse=descending)
    start = _offset(params.get("NextToken"))
    stop = start + int(params.get("MaxResults", PAGE))
    answer: dict[str, Any] = {member: [summarise(r) for r in ordered[start:stop]]}
    if stop < len(ordered):
        answer["NextToken"] = base64.b64encode(str(stop).encode()).decode()
    return answer


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError):
        raise AwsError("ValidationException", "Invalid pagination token.") from None
