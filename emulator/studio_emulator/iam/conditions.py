"""Conditions and policy variables of IAM policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

Value = str | bool | int | float
Context = Mapping[str, Value | Sequence[Value]]

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS = {"*": "[*]", "?": "[?]", "$": "$"}


def as_list(value: Any) -> list[Any]:
    """The values of an element of a policy, which may be a list, one value or absent."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def values_of(context: Context, key: str) -> list[str] | None:
    """The request's values of a condition key, or None; keys are case-insensitive."""
    found = {name.lower(): value for name, value in context.items()}.get(key.lower())
    if found is None:
        return None
    many = [found] if isinstance(found, str | bool | int | float) else list(found)
    return [_text(value) for value in many]


def substitute(pattern: str, context: Context) -> str | None:
    """`pattern` with the values of its policy variables; None if a variable has no value.

    Wildcards in values, and `${*}` and `${?}`, are literal characters.
    """
    missing = False

    def fill(match: re.Match[str]) -> str:
        nonlocal missing
        name, default = match.groups()
        if name in _LITERALS:
            return _LITERALS[name]
        values = values_of(context, name)
        if values is not None and len(values) == 1:
            return re.sub(r"([*?\[])", r"[\1]", values[0])
        missing = missing or default is None
        return default or ""

    filled = _VARIABLE.sub(fill, pattern)
    return None if missing else filled


def like(pattern: str, value: str) -> bool:
    """Whether `value` matches `pattern`; `*` and `?` are wildcards, `[*]` and `[?]` literals."""
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\[[*?\[]\]|[*?])", pattern)
    regex = "".join(
        {"*": ".*", "?": "."}.get(part)
        or re.escape(part[1] if re.fullmatch(r"\[[*?\[]\]", part) else part)
        for part in parts
    )
    return re.compile(regex, re.DOTALL)


def arn_like(pattern: str, value: str) -> bool:
    """Whether each of the six parts of an ARN matches its pattern."""
    patterns, values = pattern.split(":", 5), value.split(":", 5)
    if len(patterns) != len(values):
        return False
    return all(like(p, v) for p, v in zip(patterns, values, strict=True))


def satisfied(block: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether the request satisfies a Condition element; it satisfies no unknown operator."""
    return all(
        _holds(operator, key, as_list(expected), context)
        for operator, keys in block.items()
        for key, expected in keys.items()
    )


def unknown_operators(block: Mapping[str, Any]) -> list[str]:
    """The operators of a Condition element that AWS does not have."""
    return [operator for operator in block if not _is_operator(*_parts(operator))]


def _parts(operator: str) -> tuple[str, str]:
    quantifier, _, name = operator.rpartition(":")
    return quantifier, name.removesuffix("IfExists")


def _is_operator(quantifier: str, name: str) -> bool:
    if name == "Null":
        return not quantifier
    known = name in _OPERATORS or name in _NEGATED
    return known and quantifier in ("", "ForAnyValue", "ForAllValues")


def _holds(operator: str, key: str, expected: list[Any], context: Context) -> bool:
    quantifier, name = _parts(operator)
    if not _is_operator(quantifier, name):
        return False
    actual = values_of(context, key)
    if name == "Null":
        return _text(actual is None) in [_text(value).lower() for value in expected]
    if_exists, negated = operator.endswith("IfExists"), name in _NEGATED
    test = _OPERATORS[_NEGATED.get(name, name)]
    if actual is None or (not actual and quantifier == "ForAllValues"):
        return if_exists or quantifier == "ForAllValues" or (negated and quantifier == "")
    patterns = [p for p in (substitute(_text(e), context) for e in expected) if p is not None]
    matches = [any(_safely(test, pattern, value) for pattern in patterns) for value in actual]
    if negated:
        matches = [not match for match in matches]
        return any(matches) if quantifier == "ForAnyValue" else all(matches)
    return all(matches) if quantifier == "ForAllValues" else any(matches)


def _safely(test: Callable[[str, str], bool], pattern: str, value: str) -> bool:
    try:
        return test(pattern, value)
    except (ValueError, TypeError):
        return False


def _unescaped(pattern: str) -> str:
    return re.sub(r"\[([*?\[])\]", r"\1", pattern)


def _compared(
    convert: Callable[[str], Any], holds: Callable[[Any, Any], bool]
) -> Callable[[str, str], bool]:
    return lambda pattern, value: holds(convert(value), convert(_unescaped(pattern)))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.astimezone()


def _in_network(pattern: str, value: str) -> bool:
    network = ipaddress.ip_network(pattern, strict=False)
    return ipaddress.ip_address(value) in network


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda a, b: bool(a == b),
    "LessThan": lambda a, b: bool(a < b),
    "LessThanEquals": lambda a, b: bool(a <= b),
    "GreaterThan": lambda a, b: bool(a > b),
    "GreaterThanEquals": lambda a, b: bool(a >= b),
}
_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda pattern, value: _unescaped(pattern) == value,
    "StringEqualsIgnoreCase": lambda p, value: _unescaped(p).lower() == value.lower(),
    "StringLike": like,
    "BinaryEquals": lambda pattern, value: _unescaped(pattern) == value,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda pattern, value: _unescaped(pattern).lower() == value.lower(),
    "IpAddress": _in_network,
    **{f"Numeric{name}": _compared(float, holds) for name, holds in _COMPARISONS.items()},
    **{f"Date{name}": _compared(_moment, holds) for name, holds in _COMPARISONS.items()},
}
_NEGATED: Mapping[str, str] = {
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
}
