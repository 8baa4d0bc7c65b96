"""Filters, orders and pages the lists of Studio, with ten items by default; refuses Search."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from studio_emulator import paging
from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.studio.lifecycle import Resource

PAGE = 10
"""MaxResults' default."""


def page(
    resources: Iterable[Resource],
    params: Params,
    member: str,
    summarize: Callable[[Resource], dict[str, Any]],
    *,
    ascending: bool = True,
) -> Answer:
    """One page of `resources` as {member: summaries, NextToken}.

    Reads SortBy, SortOrder, MaxResults and NextToken. ascending: SortOrder's default.
    """
    by = str(params.get("SortBy", "CreationTime")).lower()
    # Versions have the order of their creation.
    attribute = "modified" if "modif" in by else "name" if "name" in by else "created"
    order = params.get("SortOrder")
    descending = order.lower().startswith("desc") if order else not ascending
    found, token = paging.page(
        resources,
        key=lambda resource: [getattr(resource, attribute), resource.arn],
        size=int(params.get("MaxResults", PAGE)),
        token=params.get("NextToken"),
        descending=descending,
    )
    answer: Answer = {member: [summarize(resource) for resource in found]}
    return {**answer, "NextToken": token} if token else answer


def filtered(resources: Iterable[Resource], params: Params) -> list[Resource]:
    """The resources that NameContains, CreationTime* and (Last)ModifiedTime* select."""
    return [resource for resource in resources if _matches(resource, params)]


def _matches(resource: Resource, params: Params) -> bool:
    if params.get("NameContains", "").lower() not in resource.name.lower():
        return False
    created = datetime.fromtimestamp(resource.created, UTC)
    modified = datetime.fromtimestamp(resource.modified, UTC)
    times = {"CreationTime": created, "LastModifiedTime": modified, "ModifiedTime": modified}
    return all(
        params.get(f"{name}After", moment) <= moment <= params.get(f"{name}Before", moment)
        for name, moment in times.items()
    )


def check_search(_params: Params, _call: Call) -> None:
    """Moto's Search ignores conditions and does not have Studio's resources."""
    raise AwsError("UnknownOperationException", "Search is not emulated.")
