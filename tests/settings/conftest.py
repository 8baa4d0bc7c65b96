"""Fixtures: settings files and image folders, and the messages of wrong values."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from settings import SettingsError, load

Write = Callable[[str | bytes], Path]
Refusal = Callable[[Path], str]
Message = Callable[[str | bytes], str]
People = Callable[[str], Path]


def wrong(lines: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Each KEY = VALUE and its message; lines: by the text that says what is allowed."""
    return [(line, f"{line}: {allowed}") for allowed in lines for line in lines[allowed]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes studio.toml from text or bytes."""

    def run(content: str | bytes) -> Path:
        path = tmp_path / "studio.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return run


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """The folders full and slim with a Dockerfile, and notes without one."""
    for name in ("full", "slim", "notes"):
        (tmp_path / "image" / name).mkdir(parents=True)
    for name in ("full", "slim"):
        (tmp_path / "image" / name / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path / "image"


@pytest.fixture
def refusal(images: Path) -> Refusal:
    """Returns the error message for a settings file."""

    def run(path: Path) -> str:
        with pytest.raises(SettingsError) as error:
            load(path, images=images)
        return str(error.value)

    return run


@pytest.fixture
def message(write: Write, refusal: Refusal) -> Message:
    """Returns what the error message for a settings file says after the name of the file."""

    def run(content: str | bytes) -> str:
        path = write(content)
        line = refusal(path)
        assert line.startswith(f"{path}: ")
        return line.removeprefix(f"{path}: ")

    return run


@pytest.fixture
def people(write: Write) -> People:
    """Writes a CSV file; returns a settings file with alice, which takes other users from it."""
    settings = write(
        'users_from = "people.csv"\n[groups.vision]\n[users.alice]\nidle_minutes = 90\n'
    )

    def run(lines: str) -> Path:
        settings.with_name("people.csv").write_bytes(lines.encode())
        return settings

    return run
