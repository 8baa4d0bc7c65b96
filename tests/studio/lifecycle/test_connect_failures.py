"""The errors of `studio connect`: one line and the documented exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import cli
from studio.aws import apps
from tests.studio.deployed_studio import DeployedStudio

Prepare = Callable[[DeployedStudio, Path], object]


@pytest.fixture(autouse=True)
def _home(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = programs.parent / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


def nothing(_studio: DeployedStudio, _folder: Path) -> None:
    """Nothing; the arguments are wrong."""


def failing_app(studio: DeployedStudio, _folder: Path) -> None:
    studio.fail_apps("first", "second", "jupyter lab: not found", "exit code 127\n")


def changing_space(studio: DeployedStudio, _folder: Path) -> None:
    studio.aws.options.update({"hang": ["space"]})
    studio.sagemaker.update_space(
        DomainId=studio.domain_id, SpaceName="alice", SpaceDisplayName="Alice"
    )


def no_quota(studio: DeployedStudio, _folder: Path) -> None:
    studio.aws.options.update({"max_apps": 0})


def expired(studio: DeployedStudio, _folder: Path) -> None:
    studio.aws.options.update({"expired_keys": ["emulated"]})


def old_ssh(_studio: DeployedStudio, folder: Path) -> None:
    (folder / "bin" / "ssh").write_text("#!/bin/sh\necho OpenSSH_7.4p1 >&2\n")


def no_home(_studio: DeployedStudio, folder: Path) -> None:
    (folder / "home" / ".ssh").write_text("")


@pytest.mark.parametrize(
    ("prepare", "where", "code", "line"),
    [
        (nothing, ("studio", "eu-moon-1"), 2, 'region = "eu-moon-1": a region that'),
        (nothing, ("studio", "eu-west-3"), 2, "there is no domain of that name in eu-west-3"),
        (nothing, ("other", "us-east-1"), 2, "there is no domain of that name in us-east-1"),
        (failing_app, (), 1, "; its log ends: second | jupyter lab: not found | exit code 127"),
        (changing_space, (), 1, "the space alice is still Updating after"),
        (no_quota, (), 2, "Studio JupyterLab Apps running on ml.t3.large instances: 0 of 0 run"),
        (expired, (), 2, "the credentials have expired (ExpiredToken"),
        (old_ssh, (), 2, "OpenSSH_7.4; 7.6 or newer"),
        (no_home, (), 2, ".ssh: expected a folder, found a file"),
    ],
)
def test_a_failure_is_one_line_and_an_exit_code(
    deployed_studio: DeployedStudio,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    prepare: Prepare,
    where: tuple[str, str] | tuple[()],
    code: int,
    line: str,
) -> None:
    monkeypatch.setattr(apps, "_START_SECONDS", 0.0 if prepare is changing_space else 60.0)
    prepare(deployed_studio, tmp_path)
    name, region = where or (deployed_studio.settings.name, "us-east-1")
    ended = cli.main(["connect", "alice", "--deployment", name, "--region", region])
    printed = capsys.readouterr()
    said = [each for each in printed.err.splitlines() if each.startswith("studio connect: ")]
    assert (ended, printed.out, len(said)) == (code, "", 1), printed.err
    assert line in said[0]
    assert "keeps running" not in said[0]
    assert printed.err.endswith(f"{said[0]}\n")
