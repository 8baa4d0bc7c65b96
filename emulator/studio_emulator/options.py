"""The emulator's options: set at start (`--option key=value`) or through /_emulator/settings."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, get_type_hints

from studio_emulator.errors import UsageError

SETTINGS_UPDATES = ("replace", "merge")


def _positive(name: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and math.isfinite(value) and value > 0):
        raise UsageError(f"{name} = {value!r}: a number above 0")
    return float(value)


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UsageError(f"{name} = {value!r}: a whole number, 0 or more")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{name} = {value!r}: true or false")
    return value


def _names(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{name} = {value!r}: a list of names")
    return list(value)


def _some_of(*allowed: str) -> Callable[[str, Any], list[str]]:
    def check(name: str, value: Any) -> list[str]:
        given = _names(name, value)
        if not set(given) <= set(allowed):
            raise UsageError(f"{name} = {value!r}: a list of {', '.join(allowed)}")
        return given

    return check


def _one_of(*allowed: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise UsageError(f"{name} = {value!r}: one of {', '.join(allowed)}")
        return str(value)

    return check


@dataclass
class Options:
    """Options that can change while the emulator runs; README.md describes each."""

    speed: Annotated[float, _positive] = 100.0
    nfs_groups_deleted_with_domain: Annotated[bool, _flag] = True
    settings_updates: Annotated[str, _one_of(*SETTINGS_UPDATES)] = "merge"
    app_image_required: Annotated[bool, _flag] = True
    remote_access_obeys_endpoint_policies: Annotated[bool, _flag] = True
    remote_access_delay: Annotated[int, _count] = 0
    apps: Annotated[str, _one_of("auto", "containers", "processes", "off")] = "off"
    fail_images: Annotated[list[str], _names] = field(default_factory=list)
    hang: Annotated[
        list[str], _some_of("app", "domain", "image", "image-version", "space", "user-profile")
    ] = field(default_factory=list)
    scan_findings: Annotated[
        list[str], _some_of("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
    ] = field(default_factory=list)
    scan_outcome: Annotated[str, _one_of("COMPLETE", "FAILED", "UNSUPPORTED_IMAGE")] = "COMPLETE"
    break_uploads: Annotated[int, _count] = 0
    expired_keys: Annotated[list[str], _names] = field(default_factory=list)
    max_domains: Annotated[int, _count] = 10
    max_user_profiles: Annotated[int, _count] = 1000
    max_spaces: Annotated[int, _count] = 1000
    max_apps: Annotated[int, _count] = 1000

    def __post_init__(self) -> None:
        self.update(asdict(self))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def update(self, values: Mapping[str, Any]) -> None:
        """Change options, all or none; UsageError for the first bad one."""
        checked = {}
        for name, value in values.items():
            if name not in _CHECKS:
                raise UsageError(f"{name}: no such option; allowed: {', '.join(_CHECKS)}")
            checked[name] = _CHECKS[name](name, value)
        for name, value in checked.items():
            setattr(self, name, value)

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


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Options, include_extras=True).items()
}
