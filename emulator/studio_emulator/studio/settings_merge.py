"""Combines settings: an update with the current ones, a profile with its domain."""

from __future__ import annotations

from typing import Any

Settings = dict[str, Any]

_RSTUDIO = "RStudioServerProAppSettings"


CLEARED = "None"
"""The value that takes a member of _CLEARED_BY_NONE back (ResourceSpec in the API's reference)."""
_CLEARED_BY_NONE = ("LifecycleConfigArn", "SageMakerImageVersionArn")


def updated(current: Settings | None, given: Settings, *, rule: str = "replace") -> Settings:
    """`current` with each given member replaced or merged; members not given stay.

    rule: see `Options.settings_updates`; lists are replaced by either. The text `None` takes an ARN
    back (ResourceSpec in the API's reference). Of RStudioServerProAppSettings the group stays too:
    the provider leaves it out with access DISABLED and expects it in the answer, `R_STUDIO_USER` if
    it was never given.
    """
    before = current or {}
    merged = _merged(before, given) if rule == "merge" else {**before, **given}
    if _RSTUDIO in given:
        rstudio = before.get(_RSTUDIO, {})
        merged[_RSTUDIO] = {"UserGroup": "R_STUDIO_USER", **rstudio, **given[_RSTUDIO]}
    return _without_cleared(merged)


def _merged(before: Settings, given: Settings) -> Settings:
    """`given` over `before`, structure by structure."""
    merged = {**before}
    for member, value in given.items():
        held = before.get(member)
        both = isinstance(value, dict) and isinstance(held, dict)
        merged[member] = _merged(held, value) if both else value  # type: ignore[arg-type]
    return merged


def _without_cleared(settings: Settings) -> Settings:
    return {
        member: _without_cleared(value) if isinstance(value, dict) else value
        for member, value in settings.items()
        if not (member in _CLEARED_BY_NONE and value == CLEARED)
    }


def inherited(profile: Settings | None, domain: Settings | None) -> Settings:
    """What holds for a user: the profile's members before the domain's defaults.

    Security groups of both add up, in the domain's order first (CreateDomain in the API reference).
    """
    both = {**(domain or {}), **(profile or {})}
    groups = [*(domain or {}).get("SecurityGroups", []), *(profile or {}).get("SecurityGroups", [])]
    return {**both, "SecurityGroups": list(dict.fromkeys(groups))}


def within(settings: Settings | None, *path: str) -> Any:
    """The member at `path`, or None where any part of the path is missing."""
    node: Any = settings
    for member in path:
        node = node.get(member) if isinstance(node, dict) else None
    return node
