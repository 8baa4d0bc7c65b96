"""Edits VS Code's settings.json, JSON with comments, as text: no other byte changes."""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_STRING = r'"(?:[^"\\]|\\.)*"'
# Strings, and brackets whose first item is missing, are kept; the rest of a match is blanked.
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"({_STRING}|[\[{{]\s*,)|,(?=\s*[\]}}])", re.DOTALL)
_BOM = "\ufeff"


class ParseError(ValueError):
    """The text is not JSON with comments; the message names the line."""


def values(text: str) -> dict[str, Any]:
    """The properties of a document, an object or an empty text. Raises ParseError."""
    if _blank(text):
        return {}
    try:
        found = json.loads(_plain(text))
    except json.JSONDecodeError as error:
        raise ParseError(f"line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise ParseError("a number is too long, or the document is nested too deeply") from None
    if not isinstance(found, dict):
        raise ParseError("line 1: expected an object")
    return found


def inserted(text: str, properties: Mapping[str, Any], *, within: str | None = None) -> str:
    """The text with new properties before the others.

    within: the property of the document, an object, that gets them; created if it is missing. An
    empty text counts as an empty object. Raises ParseError.
    """
    if not properties:
        return text
    if _blank(text):
        text = "{}\n"
    found = values(text)
    if within is not None and within not in found:
        properties, within = {within: dict(properties)}, None
    parent = found if within is None else found[within]
    if not isinstance(parent, dict):
        raise ParseError(f"{within} is not an object")
    expected = {**properties, **parent}
    opening = "{" if within is None else rf"{re.escape(json.dumps(within))}\s*:\s*{{"
    result = _first_with(
        expected if within is None else {**found, within: expected},
        (
            _with_lines(text, match.end(), properties, parent, nested=within is not None)
            for match in re.finditer(opening, _plain(text))
        ),
    )
    if result is None:
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
    line = rf"\s*{re.escape(json.dumps(name))}\s*:\s*{_STRING}[ \t]*,?"
    candidates = (text[: match.start()] + text[match.end() :] for match in re.finditer(line, text))
    return _first_with(wanted, candidates) or text


def _with_lines(
    text: str, start: int, properties: Mapping[str, Any], parent: Mapping[str, Any], *, nested: bool
) -> str:
    """The text with the properties at the start of an object, whose brace ends at ``start``."""
    newline = "\r\n" if "\r\n" in text else "\n"
    rest = text[start:]
    indent = re.match(r"\s*\n([ \t]+)\S", rest)
    margin = newline + (indent[1] if indent and parent else " " * (8 if nested else 4))
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in properties.items()]
    added = ",".join(margin + line for line in lines) + ("," if parent else "")
    if not re.match(r"[ \t]*(?://[^\n]*)?\r?\n", rest):
        added += newline
    return text[:start] + added + rest


def _first_with(wanted: Mapping[str, Any], candidates: Iterable[str]) -> str | None:
    """The first text with these values."""
    for candidate in candidates:
        with contextlib.suppress(ParseError):
            if values(candidate) == wanted:
                return candidate
    return None


def _plain(text: str) -> str:
    """The text as JSON: spaces replace the BOM, comments and trailing commas."""
    for pattern in (_COMMENT, _TRAILING_COMMA):
        text = pattern.sub(lambda found: found[1] or re.sub(r"[^ \t\r\n]", " ", found[0]), text)
    return re.sub(f"^{_BOM}", " ", text)


def _blank(text: str) -> bool:
    return not text.strip(_BOM + " \t\r\n")
