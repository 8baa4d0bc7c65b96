"""Explains wrong values, each in one line: key, value, what is allowed; the nearest known key."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from settings.documents import MAX_DEPTH
from settings.errors import ConflictingValues, KeyPath, dotted, show
from settings.model import Settings

_NAME = "[key]"  # in pydantic's location, if the name of a table's entry is wrong
_TABLES = {"model_type", "dict_type"}

Found = tuple[KeyPath, str | ErrorDetails]
"""The path of a wrong value, and what is allowed or pydantic's details."""


def problems(error: ValidationError) -> list[Found]:
    """The wrong values that pydantic and the rules of the settings found."""
    found: list[Found] = []
    for detail in error.errors(include_url=False):
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, ConflictingValues):
            found += cause.problems
        else:
            found.append((tuple(part for part in detail["loc"] if part != _NAME), detail))
    return found


def unprintable(document: Mapping[str, Any]) -> list[Found]:
    """The keys and strings that contain line breaks, control or invisible characters."""
    return [
        (path, "printable characters only, no line breaks or tabs")
        for path, value in _walk(document, ())
        if not (str(path[-1]) + (value if isinstance(value, str) else "")).isprintable()
    ]


def in_file_order(found: Iterable[Found], document: Mapping[str, Any]) -> list[Found]:
    """The wrong values in the order of the file."""
    order = {path: number for number, (path, _) in enumerate(_walk(document, ()))}
    return sorted(found, key=lambda item: _position(item[0], order))


def explanation(found: Found, document: Mapping[str, Any]) -> str:
    """``KEY = VALUE: what is allowed``."""
    path, problem = found
    allowed = problem if isinstance(problem, str) else _allowed(path, problem)
    return f"{_assignment(path, document)}: {allowed}"


def _walk(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if len(path) == MAX_DEPTH or not isinstance(value, dict | list):
        return
    for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, part), inner
        yield from _walk(inner, (*path, part))


def _position(path: KeyPath, order: Mapping[KeyPath, int]) -> int:
    while path and path not in order:
        path = path[:-1]
    return order.get(path, -1)


def _assignment(path: KeyPath, document: Mapping[str, Any]) -> str:
    value: Any = document
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return dotted(path)
    return f"{dotted(path)} = {show(value)}"


def _nearest(path: KeyPath) -> str:
    """The most similar key of the same table or of another one, else all keys of the table."""
    *table, key = path
    _, model = _field_at(tuple(table))
    here = list((model or Settings).model_fields)
    near = get_close_matches(str(key)[:64], here, n=1)
    if near:
        return f"no such key; did you mean {dotted((*table, near[0]))}?"
    everywhere = {known[-1]: known for known in reversed(list(_known(Settings, ())))}
    near = get_close_matches(str(key)[:64], [str(known) for known in everywhere], n=1)
    if near:
        found = everywhere[near[0]]
        # Else the name of a refused key could be suggested as it is.
        top = "the top-level key " if table and len(found) == 1 else ""
        return f"no such key; did you mean {top}{dotted(found)}?"
    return f"no such key; {dotted(tuple(table)) or 'the file'} has the keys {', '.join(here)}"


def _known(model: type[BaseModel], path: KeyPath) -> Iterator[KeyPath]:
    for name, field in model.model_fields.items():
        yield (*path, name)
        inner, named = _inner(field)
        if inner is not None:
            yield from _known(inner, (*path, name, "NAME") if named else (*path, name))


def _allowed(path: KeyPath, detail: ErrorDetails) -> str:
    """The allowed values: the message of the check, else the description of the field."""
    if detail["type"] == "extra_forbidden":
        return _nearest(path)
    if detail["type"] in _TABLES:
        return "a table"
    cause = detail.get("ctx", {}).get("error")
    if cause is not None:
        return str(cause)
    field, _ = _field_at(path)
    if field is not None and detail["loc"][-1] == _NAME:
        of_name = getattr(get_args(field.annotation)[0], "__metadata__", ())
        field = next((item for item in of_name if isinstance(item, FieldInfo)), field)
    return (field and field.description) or "not a value of this key"


def _field_at(path: KeyPath) -> tuple[FieldInfo | None, type[BaseModel] | None]:
    """The field of the value at ``path``, and its model if the value is a table."""
    field: FieldInfo | None = None
    model: type[BaseModel] | None = Settings
    parts = iter(path)
    for part in parts:
        if model is None:
            break
        field = model.model_fields.get(str(part), field)
        model, named = _inner(field) if field else (None, False)
        if named and next(parts, None) is None:
            model = None
    return field, model


def _inner(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The model of a field that is a table, and whether it holds such a table by name."""
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate, candidate is not field.annotation
    return None, False
