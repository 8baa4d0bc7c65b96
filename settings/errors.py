"""Errors that a user can fix: entry points print them in one line, without a traceback."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

KeyPath = tuple[str | int, ...]
"""A key within a document: names of tables and keys, indexes of lists."""

_LONGEST = 120
_LONGEST_MESSAGE = 2000
_DEEPEST = 3


class UserError(Exception):
    """An error that the user can fix; its message is one line of about 2,000 characters at most.

    Entry points print the message to stderr and exit with ``exit_code``.
    """

    exit_code = 2

    def __init__(self, message: str) -> None:
        half = _LONGEST_MESSAGE // 2
        if len(message) > _LONGEST_MESSAGE:
            message = f"{message[:half]} ... {message[-half:]}"
        super().__init__(printable(message))


class SettingsError(UserError):
    """An error in studio.toml; the message names file, key, value and what is allowed."""


@contextmanager
def os_errors(where: object) -> Iterator[None]:
    """Raise UserError for an OSError: ``where``, and the reason."""
    try:
        yield
    except OSError as error:
        raise UserError(f"{where}: {error.strerror or error}") from None


def printable(text: str) -> str:
    """Escape line breaks and control characters: ``\\n`` becomes ``\\\\n``."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def cut(text: str) -> str:
    """Cut to about 120 characters."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def show(value: Any) -> str:
    """A value in TOML's syntax, in one line of at most 120 characters."""
    return cut(_toml(value, _DEEPEST))


def quote(text: str) -> str:
    """A string in TOML's quotes, in one line."""
    return '"' + printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _toml(value: Any, depth: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value[: _LONGEST + 1])
    if isinstance(value, Mapping | list | tuple):
        opening, closing = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
        if value and depth == 0:
            return f"{opening}...{closing}"
        head = list(value.items() if isinstance(value, Mapping) else value)[:_LONGEST]
        if isinstance(value, Mapping):
            parts = [f"{_key(k)} = {_toml(v, depth - 1)}" for k, v in head]
        else:
            parts = [_toml(item, depth - 1) for item in head]
        return opening + ", ".join(parts) + closing
    try:
        return printable(str(value))
    except ValueError:  # an integer of more than 4,300 digits has no decimal form in Python
        return hex(value)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare else quote(key)


def dotted(path: KeyPath) -> str:
    """A key's path in TOML's syntax: ``users.alice.idle_minutes``, ``features[1]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + _key(part[: _LONGEST + 1])
    return cut(text)


class Problem(NamedTuple):
    """A value that contradicts another one, and what is allowed instead."""

    path: KeyPath
    allowed: str


class ConflictingValues(ValueError):
    """Values that contradict each other."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{dotted(p.path)}: {p.allowed}" for p in problems))
        self.problems = problems
