"""Settings files and image folders, and the messages of wrong values."""

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from settings import Settings, SettingsError, load


def wrong(lines: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Each file and its message, about its last line. lines: by the text of what is allowed."""
    return [
        (content, f"{content.splitlines()[-1]}: {allowed}")
        for allowed in lines
        for content in lines[allowed]
    ]


@cache
def images() -> Path:
    """The folders full and slim with a Dockerfile, and notes without one."""
    folder = Path(tempfile.mkdtemp(), "image")
    for name in ("full", "slim", "notes"):
        (folder / name).mkdir(parents=True)
    for name in ("full", "slim"):
        (folder / name / "Dockerfile").write_text("FROM scratch\n")
    return folder


def write(folder: Path, content: str | bytes, name: str = "studio.toml") -> Path:
    """A settings file in the folder."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def loaded(path: Path) -> Settings:
    """The settings of a file, with the folders of ``images``."""
    return load(path, images=images())


def refusal(path: Path) -> str:
    """The error message for a settings file."""
    with pytest.raises(SettingsError) as error:
        loaded(path)
    return str(error.value)


def message(content: str | bytes) -> str:
    """What the error message for a settings file says after the name of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), content)
        line = refusal(path)
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def people(folder: Path, lines: str) -> Path:
    """A settings file with alice, which takes other users from a CSV file of these lines."""
    write(folder, lines, "people.csv")
    return write(
        folder, 'users_from = "people.csv"\n[groups.vision]\n[users.alice]\nidle_minutes = 90\n'
    )
