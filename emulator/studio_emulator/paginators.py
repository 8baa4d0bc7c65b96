"""The lists that AWS returns in pages, from botocore's paginators."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from studio_emulator.moto_internals import get_service_model
from studio_emulator.moto_internals.loading import paginators_of
from studio_emulator.protocol import Operation

_WITH_KEYS_FOR_TOKENS = ("s3",)
"""A client of S3 may use any key as a marker."""


@dataclass(frozen=True, kw_only=True)
class Members:
    """The names of the members for paging in request and response: "" for none.

    limit: the size of a page. items: the lists that share a page, () if they are not at the top
    level of the response. more: whether there is another page.
    """

    token: str
    limit: str
    next_token: str
    items: tuple[str, ...]
    more: str


def members_of(operation: Operation) -> Members | None:
    """None for an operation without pages."""
    return of_service(operation.service).get(operation.name)


@cache
def of_service(service: str) -> dict[str, Members]:
    """By operation; loaded on first use, because the models are large."""
    return {} if service in _WITH_KEYS_FOR_TOKENS else dict(_of_service(service))


def _of_service(service: str) -> Iterator[tuple[str, Members]]:
    paginators = paginators_of(service)
    for name in get_service_model(service).operation_names:
        try:
            config = paginators.get_paginator(name)
        except ValueError:
            continue
        token, next_token = config["input_token"], config["output_token"]
        if isinstance(token, str) and isinstance(next_token, str):
            found = config["result_key"]
            items = (found,) if isinstance(found, str) else tuple(found)
            yield (
                name,
                Members(
                    token=token,
                    limit=config.get("limit_key", ""),
                    next_token=next_token,
                    items=items if all(map(str.isalnum, items)) else (),
                    more=config.get("more_results", ""),
                ),
            )
