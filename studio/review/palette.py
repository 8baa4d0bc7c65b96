"""The colours of the review's page and of the diagram, light and dark."""

from collections.abc import Mapping
from enum import StrEnum


class Theme(StrEnum):
    """A palette."""

    LIGHT = "light"
    DARK = "dark"


PALETTES: Mapping[Theme, Mapping[str, str]] = {
    Theme.LIGHT: {
        "bg": "#f5f6f8",
        "card": "#ffffff",
        "text": "#1d2530",
        "soft": "#55606d",
        "line": "#c9d0d9",
        "created": "#187a3c",
        "created-bg": "#e3f6e9",
        "changed": "#8a5a00",
        "changed-bg": "#fff4d1",
        "replaced": "#b4440c",
        "replaced-bg": "#ffe9dc",
        "destroyed": "#c11c34",
        "destroyed-bg": "#ffe6e9",
        "unchanged": "#55606d",
        "unchanged-bg": "#ffffff",
        "vpc": "#eef3fb",
        "vpc-line": "#8fabd6",
        "path": "#0b69a3",
        "path-bg": "#e3f4ff",
    },
    Theme.DARK: {
        "bg": "#12161c",
        "card": "#1a2028",
        "text": "#e6eaf0",
        "soft": "#a7b2bf",
        "line": "#414c5a",
        "created": "#5fd08a",
        "created-bg": "#143222",
        "changed": "#f0c04a",
        "changed-bg": "#382c0c",
        "replaced": "#ff9a62",
        "replaced-bg": "#3d2212",
        "destroyed": "#ff7a8a",
        "destroyed-bg": "#401820",
        "unchanged": "#a7b2bf",
        "unchanged-bg": "#1f2630",
        "vpc": "#161e2b",
        "vpc-line": "#4a689c",
        "path": "#6cc4f5",
        "path-bg": "#0f2a3d",
    },
}


def variables(theme: Theme) -> str:
    """The palette as CSS variables."""
    return ";".join(f"--{name}:{colour}" for name, colour in PALETTES[theme].items())
