"""Fixtures: the programs of this machine, and a machine without the emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studio.lifecycle import emulated
from studio.lifecycle.emulated import EmulatedAws
from tests.studio.doctor.setup import PROGRAMS


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the programs that a connection needs; this ssh reads no configuration."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for name in ("ssh", "session-manager-plugin"):
        (folder / name).write_text(f"#!/bin/sh\n{PROGRAMS[name]}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that start an emulator get one that does not run; AWS_PROFILE is set."""

    @contextmanager
    def starting(**_: object) -> Iterator[Callable[[], EmulatedAws]]:
        environment = {"AWS_ENDPOINT_URL": "emulated"}
        yield lambda: EmulatedAws(url="http://127.0.0.1:1", environment=environment)

    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setattr(emulated, "starting", starting)
