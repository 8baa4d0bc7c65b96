"""Fixtures: commands in this process, with their own settings and replaced functions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import DEFAULT, MagicMock

import pytest

from scripts import cli

ARGUMENTS = {
    "apply": ["plans"],
    "completion": ["bash"],
    "connect": ["alice"],
    "image": ["list"],
    "invite": ["alice", "--from", "here"],
    "plan": ["--out", "plans"],
    "state": ["unlock"],
    "stop": ["alice"],
}
"""The arguments of the commands that need some."""


class Printed(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CommandLine:
    """The command line, with settings of alice in studio.toml in ``folder``."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str) -> Printed:
        """Run ``studio`` with these words, until it or its parser ends."""
        try:
            code = cli.main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Printed(code, *self.capsys.readouterr())

    def replace(self, name: str, result: Any = DEFAULT) -> MagicMock:
        """Replace a function by one that returns ``result``, by default a mock too."""
        stand_in = MagicMock(return_value=result)
        self.monkeypatch.setattr(name, stand_in)
        return stand_in

    @property
    def out(self) -> Path:
        """The default of --out for these settings."""
        return self.folder / "studio.studio" / "cdktf.out"


@pytest.fixture
def studio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    (tmp_path / "studio.toml").write_text("[users.alice]\n")
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr("studio.aws.client.Aws.describe", lambda _: "account 1, us-east-1")
    return CommandLine(tmp_path, monkeypatch, capsys)


@pytest.fixture
def deployment(studio: CommandLine) -> MagicMock:
    """The class of deployments."""
    return studio.replace("studio.terraform.deployment.Deployment")
