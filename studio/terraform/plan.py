"""Terraform's plan as JSON (``terraform show -json``), validated."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from settings import UserError
from settings.errors import cut, dotted

LARGEST = 200_000_000
"""Bytes. The plan of a hundred users has about six million."""

PREVIEW = "review_preview"
"""The name of the resource for unknown values; see preview.py."""

_Text = Annotated[
    str, Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+$")
]
_Verb = Literal["no-op", "create", "read", "update", "delete", "forget"]


class Action(StrEnum):
    NOTHING = "unchanged"
    CREATE = "created"
    UPDATE = "changed"
    REPLACE = "replaced"
    DESTROY = "destroyed"
    FORGET = "forgotten"
    GONE = "no longer found"


_OPERATIONS = {Action.CREATE: 1, Action.UPDATE: 1, Action.REPLACE: 2, Action.DESTROY: 1}
_ACTIONS: Mapping[tuple[_Verb, ...], Action] = {
    ("no-op",): Action.NOTHING,
    ("create",): Action.CREATE,
    ("update",): Action.UPDATE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
    ("delete",): Action.DESTROY,
    ("forget",): Action.FORGET,
    ("create", "forget"): Action.CREATE,
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """The planned change of a resource.

    before, after: its attributes; empty if it does not exist. unknown: in the shape of ``after``,
    true for values that AWS decides. forcing: the attributes that force its replacement.
    """

    address: str
    type: str
    action: Action
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    unknown: Mapping[str, Any]
    forcing: tuple[str, ...] = ()

    def attributes(self) -> list[str]:
        """The paths of changed attributes, such as ``space_settings[0].app_type``, sorted."""
        return sorted(_differing(self.before, self.after, self.unknown, ()))

    @property
    def values(self) -> Mapping[str, Any]:
        """The attributes after the change, or before it for a replaced or destroyed resource."""
        removed = self.action in (Action.REPLACE, Action.DESTROY, Action.GONE)
        return self.before if removed else self.after or self.before


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The plan of one stack.

    gone: resources in state that AWS does not have. outputs: their values afterwards, None if
    unknown. empty: whether nothing changes. content: Terraform's JSON.
    """

    stack: str
    changes: tuple[Change, ...]
    gone: tuple[Change, ...]
    outputs: Mapping[str, Any]
    empty: bool
    content: bytes | str = field(default="", repr=False, compare=False)

    @property
    def deleted(self) -> list[Change]:
        """The changes that delete a resource, also to replace it."""
        removed = (Action.REPLACE, Action.DESTROY)
        return [change for change in self.changes if change.action in removed]

    @property
    def operations(self) -> int:
        """The number of steps of its apply; a replacement has two."""
        return sum(_OPERATIONS.get(change.action, 0) for change in self.changes)


class _Diff(BaseModel):
    actions: tuple[_Verb, ...]
    before: Any = None
    after: Any = None
    after_unknown: Any = None
    replace_paths: list[list[str | int]] = []


class _Resource(BaseModel):
    address: _Text
    mode: Literal["managed", "data"]
    type: _Text
    change: _Diff


class _Document(BaseModel):
    format_version: Annotated[str, Field(pattern=r"^1\.\d+$", max_length=20)]
    resource_changes: list[_Resource] = []
    resource_drift: list[_Resource] = []
    output_changes: dict[str, _Diff] = {}
    errored: bool = False


def read_plan(content: bytes | str, *, stack: str) -> Plan:
    """Parse a plan. stack: its name in messages.

    Raises UserError if it is not a complete plan of Terraform 1, or has invalid names.
    """
    if len(content) > LARGEST:
        raise UserError(f"plan of {cut(stack)}: larger than {LARGEST // 1_000_000} MB")
    try:
        found = _Document.model_validate(json.loads(content))
        if found.errored:
            raise UserError(f"plan of {cut(stack)}: Terraform stopped it with an error")
        return replace(_plan(found, stack), content=content)
    except RecursionError:
        why = "nested too deeply"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        why = f"{dotted(first['loc'])}: {first['msg']}" if first["loc"] else "no JSON object"
    except (ValueError, KeyError) as error:
        why = f"cut short or no JSON: {error}"
    raise UserError(f"plan of {cut(stack)}: not what `terraform show -json` prints: {cut(why)}")


def is_below(path: str, others: Iterable[str]) -> bool:
    """Whether the path of an attribute is one of these or below one."""
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in others)


def _plan(document: _Document, stack: str) -> Plan:
    changes = tuple(_changes(document.resource_changes))
    outputs = document.output_changes
    reads = any(
        r.mode == "data" and r.change.actions == ("read",) for r in document.resource_changes
    )
    return Plan(
        stack=stack,
        changes=changes,
        gone=tuple(
            replace(change, action=Action.GONE)
            for change in _changes(document.resource_drift)
            if change.action is Action.DESTROY
        ),
        outputs={
            name: None if _any(diff.after_unknown) else diff.after
            for name, diff in outputs.items()
            if diff.actions != ("delete",)
        },
        empty=not reads
        and all(change.action is Action.NOTHING for change in changes)
        and all(diff.actions == ("no-op",) for diff in outputs.values()),
    )


def _changes(found: list[_Resource]) -> Iterator[Change]:
    for resource in found:
        diff = resource.change
        if resource.mode == "data" or resource.address == f"terraform_data.{PREVIEW}":
            continue
        if diff.actions not in _ACTIONS:
            raise ValueError(f"{resource.address}: actions {', '.join(diff.actions)}")
        yield Change(
            address=resource.address,
            type=resource.type,
            action=_ACTIONS[diff.actions],
            before=_mapping(diff.before),
            after=_mapping(diff.after),
            unknown=_mapping(diff.after_unknown),
            forcing=tuple(dotted(tuple(path)) for path in diff.replace_paths),
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    if value is None or value is False:
        return {}
    if not isinstance(value, dict):
        raise ValueError("the attributes of a resource are no object")
    return value


def _any(unknown: Any) -> bool:
    match unknown:
        case dict():
            return any(map(_any, unknown.values()))
        case list():
            return any(map(_any, unknown))
    return unknown is True


def _differing(before: Any, after: Any, unknown: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if unknown is True:
        yield dotted(path)
    elif isinstance(before, dict) and isinstance(after, dict):
        hidden = unknown if isinstance(unknown, dict) else {}
        for key in {**before, **after, **hidden}:
            yield from _differing(before.get(key), after.get(key), hidden.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            known = isinstance(unknown, list) and index < len(unknown)
            yield from _differing(*pair, unknown[index] if known else None, (*path, index))
    elif before != after:
        yield dotted(path)
