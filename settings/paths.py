"""The paths of the project's files, and of those that environment variables name."""

import os
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
STUDIO_TOML = PROJECT / "studio.toml"


def settings_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file that STUDIO_CONFIG names, else the project's studio.toml; absolute.

    Each path to the project's studio.toml gives the same result, because it is one deployment.
    """
    chosen = Path(environment.get("STUDIO_CONFIG") or STUDIO_TOML).absolute()
    # Not Path.resolve: Python 3.11 and 3.12 raise RuntimeError for a symlink to itself.
    same = os.path.realpath(chosen) == os.path.realpath(STUDIO_TOML)
    return STUDIO_TOML if same else chosen


def file_name(path: Path) -> str:
    """The name of a settings file in messages."""
    return STUDIO_TOML.name if path == STUDIO_TOML else str(path)


def record_file(settings: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The file that STUDIO_VERSIONS names, else NAME.versions.toml for settings in NAME.toml."""
    chosen = environment.get("STUDIO_VERSIONS")
    return Path(chosen).absolute() if chosen else committed_record_file(settings)


def committed_record_file(settings: Path) -> Path:
    """The record of versions beside a settings file, which users commit."""
    return settings.with_suffix(".versions.toml")


def endpoints_file(settings: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """The file that STUDIO_ENDPOINTS names, else NAME.endpoints.toml for settings in NAME.toml."""
    chosen = environment.get("STUDIO_ENDPOINTS")
    return Path(chosen).absolute() if chosen else settings.with_suffix(".endpoints.toml")


def images_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that STUDIO_IMAGES names, with a folder for each image, else image/; absolute."""
    return Path(environment.get("STUDIO_IMAGES") or PROJECT / "image").resolve()
