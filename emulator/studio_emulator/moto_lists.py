"""Pages of moto's lists: at most as long as AWS's, and continued after the last key.

Moto ignores most limits, and its tokens are offsets: a client that deletes the items of a page
skips others.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio_emulator import page_tokens, paging, protocol
from studio_emulator.page_tokens import Members, members_of
from studio_emulator.protocol import Operation
from studio_emulator.wsgi import Environ, Reply, edited, with_body

Send = Callable[[Environ], Reply]

PAGED_BY_NAME = ("ListPolicies", "ListRoles", "ListAttached")
"""See `moto_internals.iam`."""

_ON_A_PAGE = {
    "ecr": 100,
    "efs": 100,
    "iam": 100,
    "kms": 100,
    "logs": 50,
    "sagemaker": 10,
    "service-quotas": 100,
    "ssm": 50,
}
"""The default size of a page; EC2 has none and returns everything."""
_ON_A_PAGE_OF = {
    "GetParametersByPath": 10,
    "ListAliases": 50,
    "ListGrants": 50,
    "ListResourceTags": 50,
    "ListRetirableGrants": 50,
}
"""Source of both tables: the limit in the API reference; for SSM, its maximum."""

_IDENTIFYING = ("arn", "digest", "id", "key", "name", "tag")
_OWN = ("Name", "Id", "Arn")


def reply(operation: Operation, params: dict[str, Any], environ: Environ, send: Send) -> Reply:
    """Moto's reply, or the requested page of it.

    params: with the last key in place of its token.
    """
    members = members_of(operation)
    if members is None:
        return send(environ)
    if operation.name.startswith(PAGED_BY_NAME):
        return _page_of_moto(operation, members, params, environ, send)
    if not members.items or not members.limit:
        return send(environ)
    first = send(_with_token(operation, members, environ, None))
    if first.status >= 300:
        return first
    by_default = _ON_A_PAGE_OF.get(operation.name) or _ON_A_PAGE.get(operation.service)
    limited = by_default or params.keys() & {members.limit, members.token}
    # EC2 writes NextToken as nextToken.
    if not limited and members.next_token[1:].encode() not in first.body:
        return first
    found = protocol.read_response(operation, first)
    items = _all_items(operation, members, environ, send, found)
    newest = params.get("orderBy") == "LastEventTime"
    shown, token = paging.page(
        items,
        key=lambda each: [each.position, *_key(each.item, each.of, newest=newest)],
        size=int(params.get(members.limit) or by_default or len(items) or 1),
        token=params.get(members.token),
        descending=bool(params.get("descending")),
    )
    if token is None and len(shown) == len(items) and members.next_token not in found:
        return first
    found.pop(members.next_token, None)
    for name in members.items:
        found[name] = [each.item for each in shown if each.of == name]
    if token is not None:
        found[members.next_token] = token
    if members.more:
        found[members.more] = token is not None
    return protocol.write_response(operation, page_tokens.issue_token(operation, params, found))


def _page_of_moto(
    operation: Operation, members: Members, params: dict[str, Any], environ: Environ, send: Send
) -> Reply:
    """Moto's own page, whose token is a key."""
    if members.token in params:
        environ = _with_token(operation, members, environ, params[members.token], keep_limit=True)
    reply = send(environ)
    if reply.status >= 300:
        return reply
    found = protocol.read_response(operation, reply)
    if not found.get(members.next_token):
        return reply
    return protocol.write_response(operation, page_tokens.issue_token(operation, params, found))


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """An item, the list that holds it, and the list's position in the response."""

    item: Any
    of: str
    position: int


def _all_items(
    operation: Operation, members: Members, environ: Environ, send: Send, first: dict[str, Any]
) -> list[_Listed]:
    """The items of all of moto's pages."""
    answers = [first]
    while token := answers[-1].get(members.next_token):
        request = _with_token(operation, members, environ, token)
        answers.append(protocol.read_response(operation, send(request)))
    return [
        _Listed(item=item, of=name, position=position)
        for position, name in enumerate(members.items)
        for answer in answers
        for item in answer.get(name) or []
    ]


def _with_token(
    operation: Operation,
    members: Members,
    environ: Environ,
    token: str | None,
    *,
    keep_limit: bool = False,
) -> Environ:
    """The request without its limit, and with moto's token."""
    dropped = {members.token} if keep_limit else {members.limit, members.token}
    added = {members.token: token} if token else {}
    body = environ["wsgi.input"].getvalue()
    query = environ.get("QUERY_STRING", "")
    if operation.protocol == "json":
        sent = {k: v for k, v in json.loads(body or b"{}").items() if k not in dropped}
        body = json.dumps(sent | added).encode()
    elif operation.protocol.startswith("rest"):
        query = edited(query, dropped, added)
    else:
        body = edited(body.decode(), dropped, added).encode()
    return with_body(environ, body) | {"QUERY_STRING": query}


def _key(item: Any, items: str, *, newest: bool) -> list[Any]:
    """The item's key: unique, and the same for as long as the item exists."""
    if not isinstance(item, dict):
        return [str(item)]
    own = [item[f"{items[:-1]}{kind}"] for kind in _OWN if f"{items[:-1]}{kind}" in item]
    found = (
        own[:1]
        or [
            [name, str(value)]
            for name, value in sorted(item.items())
            if isinstance(value, str) and name.lower().endswith(_IDENTIFYING)
        ]
        or [json.dumps(item, sort_keys=True, default=str)]
    )
    return [item.get("lastEventTimestamp", 0), *found] if newest else found
