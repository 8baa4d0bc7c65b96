"""The emulator's options: set at start (`--option key=value`) or through /_emulator/settings."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

from studio_emulator.checks import (
    checks_of,
    count,
    flag,
    names,
    one_of,
    positive,
    some_of,
)
from studio_emulator.errors import UsageError

SETTINGS_UPDATES = ("replace", "merge")


@dataclass
class Options:
    """Options that can change while the emulator runs; README.md describes each."""

    speed: Annotated[float, positive] = 100.0
    nfs_groups_deleted_with_domain: Annotated[bool, flag] = True
    settings_updates: Annotated[str, one_of(*SETTINGS_UPDATES)] = "merge"
    app_image_required: Annotated[bool, flag] = True
    remote_access_obeys_endpoint_policies: Annotated[bool, flag] = True
    remote_access_delay: Annotated[int, count] = 0
    apps: Annotated[str, one_of("auto", "containers", "processes", "off")] = "off"
    fail_images: Annotated[list[str], names] = field(default_factory=list)
    hang: Annotated[
        list[str], some_of("app", "domain", "image", "image-version", "space", "user-profile")
    ] = field(default_factory=list)
    scan_findings: Annotated[
        list[str], some_of("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
    ] = field(default_factory=list)
    scan_outcome: Annotated[str, one_of("COMPLETE", "FAILED", "UNSUPPORTED_IMAGE")] = "COMPLETE"
    break_uploads: Annotated[int, count] = 0
    expired_keys: Annotated[list[str], names] = field(default_factory=list)
    max_domains: Annotated[int, count] = 10
    max_user_profiles: Annotated[int, count] = 1000
    max_spaces: Annotated[int, count] = 1000
    max_apps: Annotated[int, count] = 1000

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


_CHECKS = checks_of(Options)
