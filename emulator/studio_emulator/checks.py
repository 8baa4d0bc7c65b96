"""Checks of the values of options and faults: a check returns the value or raises UsageError."""

import math
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from studio_emulator.errors import UsageError

Check = Callable[[str, Any], Any]


def checks_of(kind: type) -> Mapping[str, Check]:
    """The check of each field of a class, which is `Annotated` with it."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def positive(name: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and math.isfinite(value) and value > 0):
        raise UsageError(f"{name} = {value!r:.80}: a number above 0")
    return float(value)


def count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UsageError(f"{name} = {value!r:.80}: a whole number, 0 or more")
    return value


def flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{name} = {value!r:.80}: true or false")
    return value


def names(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{name} = {value!r:.80}: a list of names")
    return list(value)


def some_of(*allowed: str) -> Callable[[str, Any], list[str]]:
    def check(name: str, value: Any) -> list[str]:
        given = names(name, value)
        if not set(given) <= set(allowed):
            raise UsageError(f"{name} = {value!r:.80}: a list of {', '.join(allowed)}")
        return given

    return check


def one_of(*allowed: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise UsageError(f"{name} = {value!r:.80}: one of {', '.join(allowed)}")
        return str(value)

    return check


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} = {value!r:.80}: a name or a pattern")
    return value
