"""How settings combine: an update over what is there, a profile over its domain."""

from __future__ import annotations

from typing import Any

Settings = dict[str, Any]

_RSTUDIO = "RStudioServerProAppSettings"


def updated(current: Settings | None, given: Settings) -> Settings:
    """`current` with each given member replaced as a whole; members not given stay.

    Of RStudioServerProAppSettings the group stays too: the provider leaves it out with access
    DISABLED and expects it in the answer, `R_STUDIO_USER` if it was never given.
    """
    merged = {**(current or {}), **given}
    if _RSTUDIO in given:
        before = (current or {}).get(_RSTUDIO, {})
        merged[_RSTUDIO] = {"UserGroup": "R_STUDIO_USER", **before, **given[_RSTUDIO]}
    return merged


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
