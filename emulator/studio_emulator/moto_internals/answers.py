"""Faster parts for moto's serializers, with the same output byte for byte.

For every value, moto derives the attribute names of a member again, and it writes XML through a SAX
handler.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xmltodict  # type: ignore[import-untyped]
from moto.core import serialize
from moto.core.constants import MISSING
from moto.core.serialize import AttributePickerContext, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import get_value


@cache
def install() -> None:
    """Replace moto's functions."""
    serialize.xmltodict = Xml
    original = ResponseSerializer.get_value

    def value(serializer: ResponseSerializer, held: Any, key: str, shape: Any) -> Any:
        picker = serializer._value_picker
        if type(picker) is not XFormedAttributePicker:
            return original(serializer, held, key, shape)
        return _picked(picker, serializer.path, held, key, shape)

    ResponseSerializer.get_value = value


_NAMES = "emulator_names"
"""The attribute of a shape that caches the member's attribute names, by key and owner class."""


def _picked(picker: Any, path: list[str], held: Any, key: str, shape: Any) -> Any:
    known = vars(shape).setdefault(_NAMES, {})
    names = known.get((key, type(held)))
    if names is None:
        context = AttributePickerContext(obj=held, key=key, shape=shape)
        names = tuple(dict.fromkeys(picker.get_possible_keys(context)))
        known[key, type(held)] = names
    found = None
    for name in names:
        value = get_value(held, name, MISSING)
        if value is not MISSING:
            found = value
            break
    transformers = picker.response_transformers
    ends = _ends(key, tuple(transformers)) if transformers else ()
    if ends:
        full = f"{'.'.join(path)}.{key}"
        for end in ends:
            if full.endswith(end):
                return transformers[end](found)
    return found


@cache
def _ends(key: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths that can be a suffix of a path that ends with this key."""
    return tuple(
        path
        for path in paths
        if (path.rpartition(".")[2] == key if "." in path else key.endswith(path))
    )


class Xml:
    """Replaces the module xmltodict."""

    @staticmethod
    def unparse(document: Mapping[str, Any], **options: bool) -> str:
        short = options["short_empty_elements"] and not options.get("pretty")
        if not short or len(document) != 1:
            return str(xmltodict.unparse(document, **options))
        written = ['<?xml version="1.0" encoding="utf-8"?>\n'] if options["full_document"] else []
        for name, value in document.items():
            _write(name, value, written)
        return "".join(written)


_checked = cache(xmltodict._validate_name)


def _write(name: str, value: Any, written: list[str]) -> None:
    """Append the element, or one element per item of a list, as xmltodict's _emit does."""
    _checked(name, "element")
    if not hasattr(value, "__iter__") or isinstance(value, str | bytes | dict):
        value = (value,)
    for item in value:
        if isinstance(item, dict):
            _write_structure(name, item, written)
        elif item is None or item == "":
            written.append(f"<{name}/>")
        else:
            written.append(f"<{name}>{escape(_text(item))}</{name}>")


def _write_structure(name: str, item: Mapping[str, Any], written: list[str]) -> None:
    written.append(f"<{name}{''.join(_attributes(item))}")
    start = len(written)
    for key, value in item.items():
        if key[0] not in "@#" and not (isinstance(value, list) and not value):
            _write(key, value, written)
    if content := _text(item.get("#text")):
        written.append(escape(content))
    if len(written) == start:
        written[-1] += "/>"
    else:
        written[start - 1] += ">"
        written.append(f"</{name}>")


def _attributes(item: Mapping[str, Any]) -> Iterator[str]:
    for key, value in item.items():
        if key.startswith("@"):
            _checked(key[1:], "attribute")
            yield f" {key[1:]}={quoteattr(_text(value))}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(xmltodict._convert_value_to_string(value, encoding="utf-8", bytes_errors="replace"))
