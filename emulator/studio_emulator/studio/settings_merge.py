"""Merges updates into settings, and a domain's settings with a user profile's: groups add up."""

from typing import Any

Settings = dict[str, Any]

_RSTUDIO = "RStudioServerProAppSettings"
CLEARED = "None"
"""The value that removes one of these members (ResourceSpec in the API reference)."""
_CLEARABLE = ("LifecycleConfigArn", "SageMakerImageVersionArn")


def updated(current: Settings | None, given: Settings, *, rule: str = "replace") -> Settings:
    """`current` with each given member replaced or merged; other members do not change.

    rule: see `Options.settings_updates`; both rules replace lists. RStudioServerProAppSettings keep
    their UserGroup, by default `R_STUDIO_USER`: the provider omits it with access DISABLED and
    expects it in the answer.
    """
    before = current or {}
    merged = _merged(before, given) if rule == "merge" else {**before, **given}
    if _RSTUDIO in given:
        rstudio = before.get(_RSTUDIO, {})
        merged[_RSTUDIO] = {"UserGroup": "R_STUDIO_USER", **rstudio, **given[_RSTUDIO]}
    return _without_cleared(merged)


def _merged(before: Settings, given: Settings) -> Settings:
    """`before` with the members of `given`, also in nested structures."""
    merged = {**before}
    for member, value in given.items():
        current = before.get(member)
        both = isinstance(value, dict) and isinstance(current, dict)
        merged[member] = _merged(current, value) if both else value  # type: ignore[arg-type]
    return merged


def _without_cleared(settings: Settings) -> Settings:
    return {
        member: _without_cleared(value) if isinstance(value, dict) else value
        for member, value in settings.items()
        if not (member in _CLEARABLE and value == CLEARED)
    }


def inherited(profile: Settings | None, domain: Settings | None) -> Settings:
    """A user's settings: the profile's members override the domain's defaults.

    Security groups of both apply (CreateDomain in the API reference).
    """
    both = {**(domain or {}), **(profile or {})}
    groups = [*(domain or {}).get("SecurityGroups", []), *(profile or {}).get("SecurityGroups", [])]
    return {**both, "SecurityGroups": list(dict.fromkeys(groups))}


def within(settings: Settings | None, *path: str) -> Any:
    """The member at `path`, or None if a part of the path is missing."""
    node: Any = settings
    for member in path:
        node = node.get(member) if isinstance(node, dict) else None
    return node
