"""Where the project's files are, and those that environment variables name."""

import os
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
STUDIO_TOML = PROJECT / "studio.toml"


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file that STUDIO_CONFIG names, else the project's studio.toml; absolute."""
    chosen = environment.get("STUDIO_CONFIG")
    return Path(chosen).absolute() if chosen else STUDIO_TOML


def record_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file that STUDIO_VERSIONS names, else NAME.versions.toml for settings in NAME.toml."""
    chosen = environment.get("STUDIO_VERSIONS")
    if chosen:
        return Path(chosen).absolute()
    return beside(settings_file(environment))


def beside(settings: Path) -> Path:
    """The record of versions that belongs to a settings file and is committed with it."""
    return settings.with_suffix(".versions.toml")


def images_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that STUDIO_IMAGES names, with a folder for each image, else image/; absolute."""
    return Path(environment.get("STUDIO_IMAGES") or PROJECT / "image").resolve()
