"""Reads studio.toml; reports what is wrong with it in one line."""

import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from settings.errors import SettingsError
from settings.explain import Found, explain, first_of, unprintable
from settings.model import Settings
from settings.paths import STUDIO_TOML, images_folder, settings_file

LARGEST_FILE = 1_000_000
LONGEST_LINE = 10_000


def load(path: Path | None = None, *, images: Path | None = None) -> Settings:
    """The settings from a file.

    path: default, the one that STUDIO_CONFIG names, else studio.toml. images: the folder with a
    folder for each image; default, the one that STUDIO_IMAGES names, else image/.
    Raises SettingsError: one line that names the first error and how many follow.
    """
    if path is None:
        path = settings_file()
    name = file_name(path)
    document = read_toml(path, name)
    found = unprintable(document)
    if not found:
        try:
            settings = Settings.model_validate(document)
        except ValidationError as error:
            raise SettingsError(f"{name}: {explain(error, document)}") from None
        found = _missing_folders(settings, images or images_folder())
        if not settings.users and not found:
            raise SettingsError(f"{name}: no user; add one as a table, such as [users.alice]")
        if not found:
            return settings
    raise SettingsError(f"{name}: {first_of(found, document)}")


def of_deployment(name: str, region: str, users: Mapping[str, Any] | None = None) -> Settings:
    """Settings with a name and a region, for whoever has no studio.toml; users: as in that file.

    Raises SettingsError.
    """
    document = {"name": name, "region": region, "users": dict(users or {})}
    found = unprintable(document)
    try:
        if not found:
            return Settings.model_validate(document)
        problem = first_of(found, document)
    except ValidationError as error:
        problem = explain(error, document)
    raise SettingsError(f"--deployment, --region: {problem}")


def file_name(path: Path | None = None) -> str:
    """The name of a settings file in messages; default, of the one in use."""
    path = path or settings_file()
    return STUDIO_TOML.name if path == STUDIO_TOML else str(path)


def read_toml(path: Path, name: str) -> dict[str, Any]:
    """A document of at most 1 MB; ``name`` stands for it in messages.

    Raises SettingsError, one line, for a file that cannot be read. Its limits bound the time that a
    hostile file takes.
    """
    return _parse(_read(path, name), name)


def _read(path: Path, name: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsError(f"{name}: not a file")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SettingsError(f"{name}: no such file; STUDIO_CONFIG can name another one") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{name}: cannot be read: {reason}") from None
    if len(content) > LARGEST_FILE:
        raise SettingsError(f"{name}: larger than 1 MB, that cannot be settings")
    # tomllib's time for a dotted key grows with the square of the number of its parts.
    if max(map(len, content.split(b"\n"))) > LONGEST_LINE:
        raise SettingsError(f"{name}: a line is longer than {LONGEST_LINE:,} characters")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{name}: not UTF-8 (line {line})") from None


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError(f"{name}: nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: not TOML: {error}") from None
    except ValueError:
        raise SettingsError(f"{name}: a number of more than 4,300 digits") from None


def _missing_folders(settings: Settings, images: Path) -> list[Found]:
    built = sorted(file.parent.name for file in images.glob("*/Dockerfile") if file.is_file())
    there = ", ".join(built) or "none"
    return [
        (("image", name), f"a folder {images.name}/{name} with a Dockerfile; there are: {there}")
        for name in settings.image
        if name not in built
    ]
