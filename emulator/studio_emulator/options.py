"""The emulator's options: set at start (`--option key=value`) or through /_emulator/settings."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeAlias

from studio_emulator.errors import UsageError

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
Severity: TypeAlias = str
SCAN_OUTCOMES = ("COMPLETE", "FAILED", "UNSUPPORTED_IMAGE")
ScanOutcome: TypeAlias = str

SETTINGS_UPDATES = ("replace", "merge")
SettingsUpdates: TypeAlias = str

APPS = ("auto", "containers", "processes", "off")
Apps: TypeAlias = str

WITH_STATUS = ("app", "domain", "image", "image-version", "space", "user-profile")
WithStatus: TypeAlias = str


@dataclass
class Options:
    """Options that can change while the emulator runs.

    speed: how many AWS seconds pass in one real second (100: AWS's 3 minutes take 1.8 s).
    nfs_groups_deleted_with_domain: whether DeleteDomain with retention `Delete` deletes both
        NFS security groups too; AWS does not say. With `Retain` they always stay.
    settings_updates: what UpdateDomain, UpdateUserProfile and UpdateSpace do with a member of the
        settings that is a structure: `replace` it as a whole, or `merge` into it; AWS does not say.
    app_image_required: whether CreateApp is refused where neither request nor settings name an
        image.
    remote_access_obeys_endpoint_policies: whether SageMaker's StartSession fails where the policy
        of an endpoint shuts out the node, which is not the account's own.
    remote_access_delay: AWS seconds after which an app that is InService can be reached.
    apps: what runs in an app: nothing (`off`); `processes` of this machine in an empty home
        directory; `containers` of the images that were pushed, by docker or podman, without which
        the app fails; or containers with an engine, else processes (`auto`).
    fail_images: names of SageMaker images whose next version ends in CREATE_FAILED.
    hang: types of Studio's resources (see WITH_STATUS) whose status does not change
        while the option names them.
    scan_findings: severities (see SEVERITIES), repeated or not: every scanned container image has
        one finding of each.
    scan_outcome: how the scans of container images end (see SCAN_OUTCOMES).
    break_uploads: how many of the next requests that upload a part of a blob lose their connection.
    expired_keys: access keys that are refused as expired.
    max_apps, max_domains, max_user_profiles, max_spaces: account quotas of one region.
    """

    speed: float = 100.0
    nfs_groups_deleted_with_domain: bool = True
    settings_updates: SettingsUpdates = "merge"
    app_image_required: bool = True
    remote_access_obeys_endpoint_policies: bool = True
    remote_access_delay: int = 0
    apps: Apps = "off"
    fail_images: list[str] = field(default_factory=list)
    hang: list[WithStatus] = field(default_factory=list)
    scan_findings: list[Severity] = field(default_factory=list)
    scan_outcome: ScanOutcome = "COMPLETE"
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
        """Change some options, all or none; UsageError names the first bad one."""
        kinds = {option.name: str(option.type) for option in fields(self)}
        checked = {}
        for name, value in values.items():
            if name not in kinds:
                raise UsageError(f"{name}: no such option; allowed: {', '.join(kinds)}")
            checked[name] = _CHECKS[kinds[name]](name, value)
        for name, value in checked.items():
            setattr(self, name, value)

    def update_from_text(self, assignments: list[str]) -> None:
        """Change options given as `key=value`; a list is `key=one,two`."""
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


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{name} = {value!r}: a number above 0")
    if not (math.isfinite(value) and value > 0):
        raise UsageError(f"{name} = {value!r}: a number above 0")
    return float(value)


def _whole(name: str, value: Any) -> int:
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


def _some_of(allowed: Sequence[str]) -> Callable[[str, Any], list[str]]:
    def check(name: str, value: Any) -> list[str]:
        given = _names(name, value)
        if not set(given) <= set(allowed):
            raise UsageError(f"{name} = {value!r}: a list of {', '.join(allowed)}")
        return given

    return check


def _one_of(allowed: Sequence[str]) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise UsageError(f"{name} = {value!r}: one of {', '.join(allowed)}")
        return str(value)

    return check


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "float": _number,
    "int": _whole,
    "bool": _flag,
    "list[str]": _names,
    "list[Severity]": _some_of(SEVERITIES),
    "list[WithStatus]": _some_of(WITH_STATUS),
    "Apps": _one_of(APPS),
    "ScanOutcome": _one_of(SCAN_OUTCOMES),
    "SettingsUpdates": _one_of(SETTINGS_UPDATES),
}
