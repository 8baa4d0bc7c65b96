"""Checks the values of options and faults against the annotations of their dataclass."""

import math
from typing import Any, get_args, get_origin

from studio_emulator.errors import UsageError

_WORDS = {
    bool: "true or false",
    float: "a number above 0",
    int: "a whole number, 0 or more",
    str: "a name or a pattern",
    list[str]: "a list of names",
}


def checked(name: str, kind: Any, value: Any) -> Any:
    """The value of a member whose annotation is `kind`; UsageError for a value that does not fit.

    A Literal, or a list of one, allows its values only.
    """
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
