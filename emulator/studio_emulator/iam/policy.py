"""Policy documents: which statements apply to a request, and what they decide together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Any

from studio_emulator.iam.conditions import (
    Context,
    arn_like,
    as_list,
    like,
    satisfied,
    substitute,
    unknown_operators,
)

Statement = dict[str, Any]


@lru_cache(maxsize=4096)
def statements(document: str) -> tuple[Statement, ...]:
    """The statements of a policy, not to be changed; ValueError if it is not a JSON object."""
    try:
        found = json.loads(document).get("Statement")
    except (AttributeError, RecursionError) as bad:
        raise ValueError(str(bad)) from bad
    return tuple(statement for statement in as_list(found) if isinstance(statement, dict))


def valid_statements(document: str) -> tuple[Statement, ...]:
    """As ``statements``; ValueError also for a condition operator that AWS does not have."""
    found = statements(document)
    for block in (statement.get("Condition", {}) for statement in found):
        if not isinstance(block, dict):
            raise ValueError("Condition is not an object")
        if unknown := unknown_operators(block):
            raise ValueError(f"invalid condition operator {unknown[0]}")
    return found


class Decision(Enum):
    """The result of an evaluation: allowed, explicitly denied, or implicitly denied."""

    ALLOWED = "allowed"
    DENIED = "denied"
    IMPLICIT_DENY = "implicit deny"


def decision(applying: Iterable[Statement]) -> Decision:
    """Denied if a statement denies, else allowed if one allows."""
    effects = {statement.get("Effect") for statement in applying}
    if "Deny" in effects:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.IMPLICIT_DENY


def all_of(decisions: Iterable[Decision]) -> Decision:
    """Of policies that limit each other: denied if one denies, else allowed if all allow."""
    found = set(decisions)
    if Decision.DENIED in found:
        return Decision.DENIED
    return Decision.IMPLICIT_DENY if Decision.IMPLICIT_DENY in found else Decision.ALLOWED


def decide(applying: Iterable[Statement]) -> bool:
    """Whether the statements allow the request."""
    return decision(applying) is Decision.ALLOWED


def applying(
    candidates: Iterable[Statement], action: str, resource: str, context: Context
) -> Iterator[Statement]:
    """The identity-based statements that apply to the request."""
    for statement in candidates:
        if _applies(statement, action, context) and _names_resource(statement, resource, context):
            yield statement


def trusting(
    candidates: Iterable[Statement], service: str, action: str, context: Context
) -> Iterator[Statement]:
    """The statements of a trust policy that apply to that service's request."""
    for statement in candidates:
        named = _names_service(statement.get("Principal"), service)
        if named and _applies(statement, action, context):
            yield statement


def granting(
    candidates: Iterable[Statement], principals: Collection[str], action: str, context: Context
) -> Iterator[Statement]:
    """The statements of a resource's policy that apply to a request from one of the principals."""
    for statement in candidates:
        if _names_principal(statement, principals) and _applies(statement, action, context):
            yield statement


def _names_principal(statement: Statement, principals: Collection[str]) -> bool:
    """A Deny exempts a caller if NotPrincipal has each of its ARNs; an Allow has no NotPrincipal.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if statement.get("Effect") == "Deny" and "NotPrincipal" in statement:
        arns = {name for name in principals if name.startswith("arn:")}
        return not arns or not arns.issubset(_accounts_and_identities(statement["NotPrincipal"]))
    named = _accounts_and_identities(statement.get("Principal"))
    return any(name == "*" or name in principals for name in named)


def _accounts_and_identities(principal: Any) -> list[Any]:
    return as_list(principal.get("AWS") if isinstance(principal, dict) else principal)


def _applies(statement: Statement, action: str, context: Context) -> bool:
    """Whether the statement names the action, and the request satisfies its conditions."""

    def matches(pattern: Any) -> bool:
        return like(str(pattern).lower(), action.lower())

    named = _any_or_none(statement, "Action", matches)
    return named and satisfied(statement.get("Condition", {}), context)


def _names_resource(statement: Statement, resource: str, context: Context) -> bool:
    def matches(pattern: Any) -> bool:
        filled = substitute(str(pattern), context)
        return filled == "*" or (filled is not None and arn_like(filled, resource))

    return _any_or_none(statement, "Resource", matches)


def _any_or_none(statement: Statement, element: str, matches: Callable[[Any], bool]) -> bool:
    if f"Not{element}" in statement:
        return not any(matches(item) for item in as_list(statement[f"Not{element}"]))
    return any(matches(item) for item in as_list(statement.get(element)))


def _names_service(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    named = as_list(principal.get("Service")) if isinstance(principal, dict) else []
    return service in [str(name).removesuffix(".cn") for name in named]
