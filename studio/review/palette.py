"""The colours of the review's page and of the diagram, light and dark."""

from collections.abc import Mapping
from enum import StrEnum


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


_COLOURS: Mapping[str, tuple[str, str]] = {
    "bg": ("#f5f6f8", "#12161c"),
    "card": ("#ffffff", "#1a2028"),
    "text": ("#1d2530", "#e6eaf0"),
    "soft": ("#55606d", "#a7b2bf"),
    "line": ("#c9d0d9", "#414c5a"),
    "created": ("#187a3c", "#5fd08a"),
    "created-bg": ("#e3f6e9", "#143222"),
    "changed": ("#8a5a00", "#f0c04a"),
    "changed-bg": ("#fff4d1", "#382c0c"),
    "replaced": ("#b4440c", "#ff9a62"),
    "replaced-bg": ("#ffe9dc", "#3d2212"),
    "destroyed": ("#c11c34", "#ff7a8a"),
    "destroyed-bg": ("#ffe6e9", "#401820"),
    "unchanged": ("#55606d", "#a7b2bf"),
    "unchanged-bg": ("#ffffff", "#1f2630"),
    "vpc": ("#eef3fb", "#161e2b"),
    "vpc-line": ("#8fabd6", "#4a689c"),
    "path": ("#0b69a3", "#6cc4f5"),
    "path-bg": ("#e3f4ff", "#0f2a3d"),
}
"""By name: light, dark."""

PALETTES: Mapping[Theme, Mapping[str, str]] = {
    Theme.LIGHT: {name: light for name, (light, _) in _COLOURS.items()},
    Theme.DARK: {name: dark for name, (_, dark) in _COLOURS.items()},
}


def variables(theme: Theme) -> str:
    """The palette as CSS variables."""
    return ";".join(f"--{name}:{colour}" for name, colour in PALETTES[theme].items())
