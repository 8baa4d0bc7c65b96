"""Checks the values of options and faults against the annotations of their dataclass."""

import math
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from studio_emulator.errors import UsageError

_WORDS = {
    bool: "true or false",
    float: "a number above 0",
    int: "a whole number, 0 or more",
    str: "a name or a pattern",
    list[str]: "a list of names",
}


def checked(of: type, values: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """The values of members of a dataclass; UsageError for the first bad name or value.

    noun: what an unknown name is not. A Literal, or a list of one, allows its values only.
    """
    kinds = get_type_hints(of)
    for name in values:
        if name not in kinds:
            raise UsageError(f"{name:.80}: no such {noun}; allowed: {', '.join(kinds)}")
    return {name: _checked(name, kinds[name], value) for name, value in values.items()}


def _checked(name: str, kind: Any, value: Any) -> Any:
    if not _fits(kind, value):
        raise UsageError(f"{name} = {value!r:.80}: {_WORDS.get(kind) or _choice(kind)}")
    return float(value) if kind is float else value


def _fits(kind: Any, value: Any) -> bool:
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return isinstance(value, list) and all(_fits(item, each) for each in value)
    if kind is float:
        return type(value) in (int, float) and math.isfinite(value) and value > 0
    if kind is int:
        return type(value) is int and value >= 0
    return isinstance(value, kind) if kind in _WORDS else value in get_args(kind)


def _choice(kind: Any) -> str:
    if get_origin(kind) is list:
        return f"a list of {', '.join(get_args(get_args(kind)[0]))}"
    return f"one of {', '.join(get_args(kind))}"
