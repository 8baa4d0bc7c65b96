"""Edits VS Code's settings.json, JSON with comments, as text: no other byte changes."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

_SPACE = re.compile(r"(?:[ \t\r\n]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"[-+.\w]+")
_DEEPEST = 100
_BOM = "\ufeff"


class ParseError(ValueError):
    """The text is not JSON with comments; the message names the line."""


class _Object(dict[str, Any]):
    """The properties of an object. start: the offset after its opening brace."""

    start: int


def values(text: str) -> dict[str, Any]:
    """The properties of a document, an object or an empty text. Raises ParseError."""
    return {} if _blank(text) else _parsed(text)


def inserted(text: str, properties: Mapping[str, Any], *, within: str | None = None) -> str:
    """The text with new properties before the others.

    within: the property of the document, an object, that gets them; created if it is missing. An
    empty text counts as an empty object. Raises ParseError.
    """
    if not properties:
        return text
    if _blank(text):
        text = "{}\n"
    found = _parsed(text)
    if within is not None and within not in found:
        properties, within = {within: dict(properties)}, None
    parent = found if within is None else found[within]
    if not isinstance(parent, _Object):
        raise ParseError(f"{within} is not an object")
    newline = "\r\n" if "\r\n" in text else "\n"
    rest = text[parent.start :]
    indent = re.match(r"\s*\n([ \t]+)\S", rest)
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in properties.items()]
    margin = newline + (indent[1] if indent and parent else "    " if within is None else " " * 8)
    added = "".join(margin + line + "," for line in lines)
    if not parent:
        added = added[:-1]
    if not re.match(r"[ \t]*(?://[^\n]*)?\r?\n", rest):
        added += newline
    expected = {**properties, **parent}
    result = text[: parent.start] + added + rest
    if _parsed(result) != (expected if within is None else {**found, within: expected}):
        raise ParseError("the settings could not be added")
    return result


def removed(text: str, name: str, *, within: str) -> str:
    """The text without a string property of the object ``within``.

    Unchanged if the property is missing, or the text without it cannot be parsed. Raises
    ParseError.
    """
    before = values(text)
    parent = before.get(within)
    if not isinstance(parent, dict) or name not in parent:
        return text
    wanted = {**before, within: {key: value for key, value in parent.items() if key != name}}
    line = rf"\s*{re.escape(json.dumps(name))}\s*:\s*{_STRING.pattern}[ \t]*,?"
    for match in re.finditer(line, text):
        result = text[: match.start()] + text[match.end() :]
        try:
            if values(result) == wanted:
                return result
        except ParseError:
            continue
    return text


def _parsed(text: str) -> _Object:
    reader = _Reader(text, 1 if text.startswith(_BOM) else 0)
    reader.space()
    found = reader.object_(0)
    reader.space()
    if reader.at != len(text):
        reader.fail("one object and nothing after it")
    return found


def _blank(text: str) -> bool:
    return not text.strip(_BOM + " \t\r\n")


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self.at = at

    def fail(self, wanted: str) -> NoReturn:
        line = self._text.count("\n", 0, self.at) + 1
        raise ParseError(f"line {line}: expected {wanted}")

    def space(self) -> None:
        self.at = self._match(_SPACE).end()

    def object_(self, depth: int) -> _Object:
        self._take("{")
        found = _Object()
        found.start = self.at
        while not self._ends("}"):
            name = self._string()
            self.space()
            self._take(":")
            self.space()
            found[name] = self._value(depth + 1)
            self._separated("}")
        return found

    def _value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            self.fail("fewer levels")
        match self._text[self.at : self.at + 1]:
            case "{":
                return self.object_(depth)
            case "[":
                return self._list(depth)
            case '"':
                return self._string()
        word = _WORD.match(self._text, self.at)
        if word is None:
            self.fail("a value")
        value = self._json(word)
        self.at = word.end()
        return value

    def _list(self, depth: int) -> list[Any]:
        self._take("[")
        found = []
        while not self._ends("]"):
            found.append(self._value(depth + 1))
            self._separated("]")
        return found

    def _ends(self, closing: str) -> bool:
        """Whether the closing bracket is next; reads it."""
        self.space()
        if self._text.startswith(closing, self.at):
            self.at += 1
            return True
        return False

    def _separated(self, closing: str) -> None:
        """Read a comma before the next item; VS Code accepts a trailing comma."""
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
        assert found is not None
        return found
