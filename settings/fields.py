"""The kinds of values in studio.toml: whole numbers, choices, patterns, lists, plain text.

The module of a table, such as ``settings.network``, has the limits of its keys. Error messages
print a field's ``description``, or the message of a check, which returns the value or raises
ValueError.
"""

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T")


class Section(BaseModel):
    """A frozen table without other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def integer(default: int | None, low: int, high: int, what: str = "") -> Any:
    """An integer from ``low`` to ``high``; not ``true`` and not ``2.0``."""
    allowed = f"a whole number from {low} to {high}{what}"
    return Field(default, ge=low, le=high, strict=True, description=allowed)


def boolean(default: bool) -> Any:
    """``true`` or ``false``, not ``1`` or ``"yes"``."""
    return Field(default, strict=True, description="true or false")


def some_of(*default: StrEnum) -> Any:
    """A list of an enum's values."""
    values = ", ".join(type(default[0]))
    return Field(default, description=f"any of {values}, in a list")


def one_of(choices: Iterable[StrEnum], default: StrEnum | None) -> Any:
    """One of some values."""
    return Field(default, description=f"one of {', '.join(choices)}")


def text(default: str, regex: str, allowed: str, *, longest: int, shortest: int = 0) -> Any:
    """A string of ``shortest`` to ``longest`` characters that matches all of ``regex``."""
    return Field(
        default,
        pattern=f"^(?:{regex})$",
        min_length=shortest,
        max_length=longest,
        description=allowed,
    )


def pattern(regex: str, allowed: str, *, longest: int = 2048) -> Any:
    """A regular expression that the complete string must match."""
    return Field(pattern=f"^(?:{regex})$", max_length=longest, description=allowed)


def known(name: str, names: Collection[str], what: str, examples: str) -> str:
    """A check: one of many names; the message has the most similar ones, else examples."""
    if name in names:
        return name
    near = get_close_matches(name[:64], names)
    hint = f"; did you mean {' or '.join(near)}?" if near else f", such as {examples}"
    raise ValueError(f"{what}{hint}")


def unique(values: tuple[T, ...]) -> tuple[T, ...]:
    """A check: a list without duplicates."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"each value once; {value} appears {values.count(value)} times")
    return values


def or_empty(check: Callable[[T], T]) -> Callable[[T], T]:
    """The check, except for an empty string."""
    return lambda value: value if value == "" else check(value)


def plain_text(text: str) -> str:
    """A check: text without Terraform expressions, which Terraform would evaluate."""
    if "${" in text or "%{" in text:
        raise ValueError("no ${ and no %{, which start a Terraform expression")
    return text


PlainText = Annotated[str, AfterValidator(plain_text)]
LOWER_CASE_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
