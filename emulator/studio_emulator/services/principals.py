"""Roles and users that the policies of resources name: AWS refuses those that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from studio_emulator.studio.call import Call

_IDENTITY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(role|user)/(.+)")


def absent(statements: Iterable[dict[str, Any]], call: Call) -> list[str]:
    """The ARNs of roles and users of the account that do not exist, in a policy's principals."""
    return [
        arn
        for statement in statements
        for element in ("Principal", "NotPrincipal")
        for arn in _named(statement.get(element))
        if not exists(arn, call)
    ]


def exists(arn: str, call: Call) -> bool:
    """False for a role or user of the account that does not exist; others are not looked for."""
    match = _IDENTITY.fullmatch(arn)
    if match is None or match[1] != call.account:
        return True
    iam = call.backend("iam")
    return any(each.arn == arn for each in (*iam.roles.values(), *iam.users.values()))


def _named(principal: Any) -> Iterator[str]:
    if isinstance(principal, dict):
        named = principal.get("AWS", [])
        every = named if isinstance(named, list) else [named]
        yield from (arn for arn in every if isinstance(arn, str))
