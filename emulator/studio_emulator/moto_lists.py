"""Pages of the lists that moto answers: at most as long as asked, continued after the last key.

Moto ignores most limits, and its own tokens are offsets, so that whoever deletes what a page lists
misses others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

from botocore.session import get_session

from studio_emulator import paging, protocol
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals import get_service_model
from studio_emulator.protocol import Operation, Reply

Environ = dict[str, Any]
Ask = Callable[[Environ], Reply]

# S3's tokens are keys already.
_SERVICES = ("ec2", "ecr", "efs", "iam", "kms", "logs", "ssm")
_PAGED_BY_NAME = ("ListPolicies", "ListRoles", "ListAttached")
"""See `moto_internals.page_iam_by_name`."""

_INVALID = {
    "ec2": ("InvalidParameterValue", "Invalid value for NextToken."),
    "ecr": ("InvalidParameterException", "Invalid parameter at 'nextToken'."),
    "efs": ("BadRequest", "The marker is not valid."),
    "iam": ("ValidationError", "Invalid Marker."),
    "kms": ("InvalidMarkerException", "The marker is not valid."),
    "logs": ("InvalidParameterException", "The specified nextToken is invalid."),
    "ssm": ("InvalidNextToken", "The specified token is not valid."),
}
_IDENTIFYING = ("arn", "digest", "id", "key", "name", "tag")
_OWN = ("Name", "Id", "Arn")
_NEWEST = "LastEventTime"


@dataclass(frozen=True, kw_only=True)
class _Members:
    """The names in request and answer; more: says whether there is another page, or ""."""

    token: str
    limit: str
    next_token: str
    items: str
    more: str


@cache
def _members(service: str) -> dict[str, _Members]:
    """Of each list operation of a service; read on first use, because the models are large."""
    return dict(_read_members(service)) if service in _SERVICES else {}


def _read_members(service: str) -> Iterator[tuple[str, _Members]]:
    paginators = get_session().get_paginator_model(service)
    for name in get_service_model(service).operation_names:
        if name.startswith(_PAGED_BY_NAME):
            continue
        try:
            config = paginators.get_paginator(name)
        except ValueError:
            continue
        items, limit = config["result_key"], config.get("limit_key")
        token, next_token = config["input_token"], config["output_token"]
        if limit is not None and all(isinstance(x, str) for x in (items, token, next_token)):
            yield (
                name,
                _Members(
                    token=token,
                    limit=limit,
                    next_token=next_token,
                    items=items,
                    more=config.get("more_results", ""),
                ),
            )


def answer(operation: Operation, params: dict[str, Any], environ: Environ, ask: Ask) -> Reply:
    """Moto's answer, or the page of it that the request asks for."""
    members = _members(operation.service).get(operation.name)
    if members is None:
        return ask(environ)
    wanted = members.limit in params or members.token in params
    first = ask(_with_token(operation, members, environ, None) if wanted else environ)
    if first.status >= 300:
        return first
    found = protocol.read_answer(operation, first)
    if not (wanted or found.get(members.next_token)):
        return first
    items = _every(operation, members, environ, ask)
    size = int(params.get(members.limit, len(found.get(members.items) or []) or len(items) or 1))
    newest = params.get("orderBy") == _NEWEST
    shown, token = paging.page(
        items,
        key=lambda item: _key(item, members.items, newest=newest),
        size=size,
        token=params.get(members.token),
        invalid=AwsError(*_INVALID[operation.service]),
        descending=bool(params.get("descending")),
    )
    for member in (members.next_token, members.more):
        found.pop(member, None)
    found[members.items] = shown
    if token is not None:
        found[members.next_token] = token
    if members.more:
        found[members.more] = token is not None
    return protocol.write_answer(operation, found)


def _every(operation: Operation, members: _Members, environ: Environ, ask: Ask) -> list[Any]:
    """All items, of all of moto's pages."""
    items: list[Any] = []
    token = None
    while True:
        sent = _with_token(operation, members, environ, token)
        answer = protocol.read_answer(operation, ask(sent))
        items += answer.get(members.items) or []
        token = answer.get(members.next_token)
        if not token:
            return items


def _with_token(
    operation: Operation, members: _Members, environ: Environ, token: str | None
) -> Environ:
    """The request without its limit, and with moto's token in place of its own."""
    dropped = {members.limit, members.token}
    added = {members.token: token} if token else {}
    body = environ["wsgi.input"].getvalue()
    query = environ.get("QUERY_STRING", "")
    if operation.protocol == "json":
        sent = {k: v for k, v in json.loads(body or b"{}").items() if k not in dropped}
        body = json.dumps(sent | added).encode()
    elif operation.protocol.startswith("rest"):
        query = _without(query, dropped, added)
    else:
        body = _without(body.decode(), dropped, added).encode()
    return {
        **environ,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }


def _without(form: str, dropped: set[str], added: dict[str, str]) -> str:
    kept = [(k, v) for k, v in parse_qsl(form, keep_blank_values=True) if k not in dropped]
    return urlencode([*kept, *added.items()])


def _key(item: Any, items: str, *, newest: bool) -> list[Any]:
    """What tells an item from the others, whenever it is asked for; some tokens are short."""
    if not isinstance(item, dict):
        return [str(item)]
    own = [item[f"{items[:-1]}{kind}"] for kind in _OWN if f"{items[:-1]}{kind}" in item]
    found = own[:1] or [
        [name, str(value)]
        for name, value in sorted(item.items())
        if isinstance(value, str) and name.lower().endswith(_IDENTIFYING)
    ]
    return [item.get("lastEventTimestamp", 0), *found] if newest else found
