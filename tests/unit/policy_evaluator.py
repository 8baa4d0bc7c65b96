"""IAM's decision over statements, for the operators that the policies use."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from modules.iam import Statement

Context = Mapping[str, str]


def allows(
    statements: Iterable[Statement], action: str, resource: str, context: Context | None = None
) -> bool:
    """Whether the statements allow the action: one allows it and none denies it."""
    matching = [s for s in statements if _applies(s, action, resource, context or {})]
    return bool(matching) and all(s.effect == "Allow" for s in matching)


def _applies(statement: Statement, action: str, resource: str, context: Context) -> bool:
    return (
        any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement.actions)
        and any(_like(pattern, resource, context) for pattern in statement.resources)
        and all(
            _holds(operator, key, (value,) if isinstance(value, str) else tuple(value), context)
            for operator, keys in statement.conditions.items()
            for key, value in keys.items()
        )
    )


def _holds(operator: str, key: str, values: tuple[str, ...], context: Context) -> bool:
    actual = context.get(key)
    if operator == "Null":
        return (actual is None) == (values == ("true",))
    if operator.endswith("IfExists"):
        return actual is None or _holds(operator.removesuffix("IfExists"), key, values, context)
    if operator == "StringNotEquals":
        return actual is None or actual not in values
    if actual is None:
        return False
    if operator in ("StringEquals", "Bool"):
        return actual in values
    if operator in ("StringLike", "ArnLike"):
        return any(_like(value, actual, context) for value in values)
    raise NotImplementedError(operator)


def _like(pattern: str, text: str, context: Context) -> bool:
    def value(variable: re.Match[str]) -> str:
        # IAM ignores a statement whose variable has no value.
        return context.get(variable[1], "\0")

    return fnmatchcase(text, re.sub(r"\$\{([^}]+)\}", value, pattern))
