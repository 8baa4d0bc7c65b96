"""Evaluates a policy for a request, as far as its condition keys are known.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Decision(Enum):
    """DEPENDS: on a condition key that is known only at the time of the request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    DEPENDS = "depends"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request. principal: the ARN of a role or user, or a service. keys: known condition keys."""

    action: str
    principal: str
    resource: str
    keys: Mapping[str, str] = field(default_factory=dict)


def decide(document: Mapping[str, Any], request: Request) -> Decision:
    """The decision of one document; it denies by default."""
    effects: dict[str, set[bool | None]] = {"Allow": set(), "Deny": set()}
    for statement in listed(document.get("Statement")):
        effects[statement["Effect"]].add(applies(statement, request))
    if True in effects["Deny"]:
        return Decision.DENIED
    if True in effects["Allow"] and None not in effects["Deny"]:
        return Decision.ALLOWED
    if effects["Allow"] & {True, None}:
        return Decision.DEPENDS
    return Decision.DENIED


def applies(statement: Mapping[str, Any], request: Request) -> bool | None:
    """Whether the statement applies to the request; None: it depends."""
    if not (
        _matches(
            statement, "Action", lambda pattern: _like(pattern.lower(), request.action.lower())
        )
        and _matches(statement, "Resource", lambda pattern: _like(pattern, request.resource))
        and _names(statement, request.principal)
    ):
        return False
    found = list(_conditions(statement.get("Condition", {}), request.keys))
    if False in found:
        return False
    return None if None in found else True


def listed(value: Any) -> list[Any]:
    """A policy's element as a list: IAM accepts one item instead of a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _matches(statement: Mapping[str, Any], element: str, match: Callable[[str], bool]) -> bool:
    if f"Not{element}" in statement:
        return not any(match(str(item)) for item in listed(statement[f"Not{element}"]))
    # A trust policy has no resource.
    if element not in statement:
        return element == "Resource"
    return any(match(str(item)) for item in listed(statement[element]))


def _names(statement: Mapping[str, Any], principal: str) -> bool:
    if "NotPrincipal" in statement:
        return not _is_named(statement["NotPrincipal"], principal)
    return "Principal" not in statement or _is_named(statement["Principal"], principal)


def _is_named(named: Any, principal: str) -> bool:
    if named == "*":
        return True
    if not principal.startswith("arn:"):
        return principal in listed(named.get("Service"))
    account = principal.split(":")[4]
    return any(
        item in ("*", principal, account) or item.endswith(f"::{account}:root")
        for item in listed(named.get("AWS"))
    )


def _conditions(block: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[bool | None]:
    known = {name.lower(): value for name, value in keys.items()}
    for operator, tests in block.items():
        for key, wanted in tests.items():
            yield _satisfied(operator, known.get(key.lower()), [str(one) for one in listed(wanted)])


def _satisfied(operator: str, value: str | None, wanted: list[str]) -> bool | None:
    plain = operator.removesuffix("IfExists")
    positive = plain.replace("Not", "")
    if value is None or positive not in _COMPARE or any("${" in one for one in wanted):
        return None
    found = any(_COMPARE[positive](one, value) for one in wanted)
    return found if positive == plain else not found


def _like(pattern: str, value: str) -> bool:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(translated, value, re.DOTALL) is not None


def _same(pattern: str, value: str) -> bool:
    return pattern.lower() == value.lower()


_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda pattern, value: pattern == value,
    "StringEqualsIgnoreCase": _same,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": _same,
}
