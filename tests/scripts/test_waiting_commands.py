"""Each command that is silent for two seconds says what it does, on a terminal and in a pipe.

The two seconds have passed at once here; tests/studio/console/test_silence.py counts them.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts import cli
from scripts.help import COMMANDS
from settings import load
from studio.aws.client import Aws
from studio.console import silence, terminal
from tests.scripts.conftest import ARGUMENTS

WAITS_FOR_NOTHING = {"invite", "list", "cost", "completion"}


@pytest.fixture(autouse=True, params=[True, False], ids=["terminal", "pipe"])
def stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    (tmp_path / "studio.toml").write_text("[users.alice]\n")
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr(terminal, "is_terminal", lambda *_: request.param)
    monkeypatch.setattr(silence, "LIMIT", 0.0)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        *((name, "run") for name in sorted(COMMANDS.keys() - WAITS_FOR_NOTHING)),
        ("connect", "settings"),
    ],
)
def test_a_command_that_waits_says_what_it_does(
    name: str, step: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed, settings = "", load()

    def wait(*_: object) -> object:
        nonlocal printed
        deadline = time.monotonic() + 60
        while COMMANDS[name].doing not in printed and time.monotonic() < deadline:
            time.sleep(0.05)
            printed += capsys.readouterr().err
        return settings if step == "settings" else 0

    monkeypatch.setattr(f"scripts.{name}.run", lambda *_: 0)
    monkeypatch.setattr(f"scripts.{name}.{step}", wait)
    assert cli.main([name, *ARGUMENTS.get(name, [])]) == 0
    assert COMMANDS[name].doing
    assert COMMANDS[name].doing in printed


@pytest.mark.parametrize("name", sorted(WAITS_FOR_NOTHING))
def test_the_others_ask_no_aws(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(Aws, "client")
    monkeypatch.delattr(Aws, "all")
    assert cli.main([name, *ARGUMENTS.get(name, [])]) == 0
    assert capsys.readouterr().out
