"""The emulator's options: set at start (`--option key=value`) or through /_emulator/settings."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints

from studio_emulator.errors import UsageError

Status = Literal["app", "domain", "image", "image-version", "space", "user-profile"]
Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]

_WORDS = {
    bool: "true or false",
    float: "a number above 0",
    int: "a whole number, 0 or more",
    str: "a name or a pattern",
    list[str]: "a list of names",
}


@dataclass
class Options:
    """Options that can change while the emulator runs; README.md describes each."""

    speed: float = 100.0
    nfs_groups_deleted_with_domain: bool = True
    settings_updates: Literal["replace", "merge"] = "merge"
    app_image_required: bool = True
    app_deletion_delay: int = 0
    remote_access_obeys_endpoint_policies: bool = True
    remote_access_delay: int = 0
    apps: Literal["auto", "containers", "processes", "off"] = "off"
    fail_images: list[str] = field(default_factory=list)
    hang: list[Status] = field(default_factory=list)
    scan_findings: list[Severity] = field(default_factory=list)
    scan_outcome: Literal["COMPLETE", "FAILED", "UNSUPPORTED_IMAGE"] = "COMPLETE"
    break_uploads: int = 0
    expired_keys: list[str] = field(default_factory=list)
    max_domains: int = 10
    max_user_profiles: int = 1000
    max_spaces: int = 1000
    max_apps: int = 1000

    def __post_init__(self) -> None:
        self.update(asdict(self))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def update(self, values: Mapping[str, Any]) -> None:
        """Change options, all or none; UsageError for the first bad one."""
        vars(self).update(checked(Options, values, "option"))

    def update_from_text(self, assignments: list[str]) -> None:
        """Change options from `key=value`; a list is `key=one,two`."""
        values = {}
        for assignment in assignments:
            name, equals, text = assignment.partition("=")
            if not equals:
                raise UsageError(f"{assignment}: write it as key=value")
            values[name] = self._from_text(name, text)
        self.update(values)

    def _from_text(self, name: str, text: str) -> Any:
        if isinstance(getattr(self, name, None), list):
            return [part for part in text.split(",") if part]
        try:
            return json.loads(text)
        except ValueError:
            return text


def checked(of: type, values: Mapping[str, Any], noun: str) -> dict[str, Any]:
    """The values of members of a dataclass; UsageError for the first bad name or value.

    noun: what an unknown name is not. A Literal, or a list of one, allows its values only.
    """
    kinds = get_type_hints(of)
    for name in values:
        if name not in kinds:
            raise UsageError(f"{name:.80}: no such {noun}; allowed: {', '.join(kinds)}")
    return {name: _checked(name, kinds[name], value) for name, value in values.items()}


def _checked(name: str, kind: Any, value: Any) -> Any:
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
