"""VS Code's settings.json is JSON with comments: read to see what is set, never written anew.

``inserted`` puts properties ahead of the others as text; every byte that was there stays.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

_SPACE = re.compile(r"(?:[ \t\r\n]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"[-+.\w]+")
_DEEPEST = 100
_BOM = "\ufeff"


class NotUnderstood(ValueError):
    """The text is not JSON with comments; the message names the line."""


class _Object(NamedTuple):
    """An object: the offset at which its inside begins, and its properties."""

    inside: int
    values: dict[str, Any]


def values(text: str) -> dict[str, Any]:
    """The properties of a document that is one object, or of one that is empty.

    Values that are themselves objects or lists are read but not kept (None). Raises NotUnderstood.
    """
    return {} if _blank(text) else _top(text).values


def _top(text: str) -> _Object:
    reader = _Reader(text, 1 if text.startswith(_BOM) else 0)
    reader.space()
    found = reader.object_(0)
    reader.space()
    if reader.at != len(text):
        reader.fail("one object and nothing behind it")
    return found


def inserted(text: str, properties: Mapping[str, Any]) -> str:
    """``text`` with ``properties`` ahead of those that it has; they must not be among them.

    Text without anything in it is taken for an empty object. Raises NotUnderstood.
    """
    if not properties:
        return text
    if _blank(text):
        text = "{}\n"
    found = _top(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    rest = text[found.inside :]
    indent = re.match(r"\s*\n([ \t]+)\S", rest)
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in properties.items()]
    margin = newline + (indent[1] if indent and found.values else "    ")
    added = "".join(margin + line + "," for line in lines)
    if not found.values:
        added = added[:-1]
    if not re.match(r"[ \t]*(?://[^\n]*)?\r?\n", rest):
        added += newline
    result = text[: found.inside] + added + rest
    if _top(result).values != {**properties, **found.values}:
        raise NotUnderstood("the settings could not be added")
    return result


def _blank(text: str) -> bool:
    return not text.strip(_BOM + " \t\r\n")


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self.at = at

    def fail(self, wanted: str) -> NoReturn:
        line = self._text.count("\n", 0, self.at) + 1
        raise NotUnderstood(f"line {line}: expected {wanted}")

    def space(self) -> None:
        self.at = self._match(_SPACE).end()

    def object_(self, depth: int) -> _Object:
        self._take("{")
        inside, values = self.at, {}
        while not self._ends("}"):
            name = self._string()
            self.space()
            self._take(":")
            self.space()
            values[name] = self._value(depth + 1)
            self._separated("}")
        return _Object(inside, values)

    def _value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            self.fail("fewer levels")
        match self._text[self.at : self.at + 1]:
            case "{":
                self.object_(depth)
                return None
            case "[":
                self._list(depth)
                return None
            case '"':
                return self._string()
        word = _WORD.match(self._text, self.at)
        if word is None:
            self.fail("a value")
        value = self._json(word)
        self.at = word.end()
        return value

    def _list(self, depth: int) -> None:
        self._take("[")
        while not self._ends("]"):
            self._value(depth + 1)
            self._separated("]")

    def _ends(self, closing: str) -> bool:
        """Whether the next thing is the end, which is then taken."""
        self.space()
        if self._text.startswith(closing, self.at):
            self.at += 1
            return True
        return False

    def _separated(self, closing: str) -> None:
        """A comma, or the end; VS Code forgives a comma before it."""
        self.space()
        if not self._text.startswith(closing, self.at):
            self._take(",")

    def _string(self) -> str:
        found = _STRING.match(self._text, self.at)
        if found is None:
            self.fail("a string")
        text = str(self._json(found))
        self.at = found.end()
        return text

    def _json(self, found: re.Match[str]) -> Any:
        try:
            return json.loads(found[0])
        except ValueError:
            self.fail("JSON")

    def _take(self, character: str) -> None:
        if not self._text.startswith(character, self.at):
            self.fail(f"'{character}'")
        self.at += 1

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self.at)
        assert found is not None  # it matches nothing, too
        return found
