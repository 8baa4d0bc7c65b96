"""Reading studio.toml: whatever is wrong with it becomes one line."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from settings.errors import SettingsError
from settings.explain import Found, explain, first_of, unprintable
from settings.model import Settings
from settings.paths import IMAGES, STUDIO_TOML

LARGEST_FILE = 1_000_000
LONGEST_LINE = 10_000


def load(path: Path | None = None, *, images: Path = IMAGES) -> Settings:
    """The settings from ``path``, else from the file that STUDIO_CONFIG names, else studio.toml.

    ``images`` is the folder with one folder for each image. Raises SettingsError, one line, for
    whatever is wrong; when more than one thing is, the line tells the first and how many follow.
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
        found = _missing_folders(settings, images)
        if not settings.users and not found:
            raise SettingsError(f"{name}: no user; add one as a table, such as [users.alice]")
        if not found:
            return settings
    raise SettingsError(f"{name}: {first_of(found, document)}")


def settings_file() -> Path:
    """The file that STUDIO_CONFIG names, as an absolute path, else studio.toml."""
    chosen = os.environ.get("STUDIO_CONFIG")
    return Path(chosen).absolute() if chosen else STUDIO_TOML


def file_name(path: Path | None = None) -> str:
    """How messages call that file; default: the one in use."""
    path = path or settings_file()
    return STUDIO_TOML.name if path == STUDIO_TOML else str(path)


def read_toml(path: Path, name: str) -> dict[str, Any]:
    """A document of at most 1 MB; ``name`` is how messages call it.

    Raises SettingsError, one line, for whatever cannot be read, soon also where it is hostile.
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
    # a key of many dotted parts takes tomllib time that grows with the square of their number
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
