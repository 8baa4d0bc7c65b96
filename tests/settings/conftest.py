"""Fixtures: settings files and image folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from settings import SettingsError, load

Write = Callable[[str | bytes], Path]
Refusal = Callable[[Path], str]


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
