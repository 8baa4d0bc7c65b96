"""The command line of an app's container; the output of its lifecycle configuration."""

from pathlib import Path
from typing import Any

import pytest

from studio_emulator.runtime.container_start import (
    INTERNAL,
    Start,
    script_exit_code,
    take_script_log,
)
from studio_emulator.runtime.engine import EngineError


def start(**changes: Any) -> Start:
    given: dict[str, Any] = {
        "tag": "0",
        "write_image": lambda *_: None,
        "words": ["/init", "lab"],
        "environment": {},
        "script": None,
        "metadata": {},
        "port": 80,
    }
    return Start(**given | changes)


def words_of(started: Start) -> list[str]:
    """The command line from --entrypoint on."""
    folder = Path("/nonexistent")
    command = started.command("slim", name="app", mark="1", home=folder / "home", folder=folder)
    assert command[command.index("--network") + 1] == "none"
    return command[command.index("--entrypoint") :]


def test_lifecycle_configuration_runs_before_the_entrypoint() -> None:
    assert words_of(start()) == ["--entrypoint", "/init", "slim", "lab"]
    script = f"{INTERNAL}/start"
    assert words_of(start(script=b"")) == ["--entrypoint", script, "slim", "/init", "lab"]


def test_entrypoint_is_required() -> None:
    with pytest.raises(EngineError, match="has an entrypoint"):
        words_of(start(words=[]))


def test_output_of_the_lifecycle_configuration_is_read_once(tmp_path: Path) -> None:
    internal = start(script=b"#!/bin/sh\n").write_files(tmp_path)
    (internal / "lifecycle-config.log").write_text("one\ntwo\n")
    assert (take_script_log(internal), script_exit_code(internal)) == ([], "0")
    (internal / "exit-code").write_text("9\n")
    assert take_script_log(internal) == ["one", "two"]
    assert (take_script_log(internal), script_exit_code(internal)) == ([], "9")
