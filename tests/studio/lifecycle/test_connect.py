"""The errors of `studio connect`, and what it reports of an app that it started."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.editors import EDITORS
from catalog.names import Plugin
from scripts import cli
from settings import Settings, UserError
from studio.aws import apps
from studio.connect import editors, proof, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target
from studio.console.reports import Report
from studio.errors import StepFailed
from studio.lifecycle.connect import connect, disconnect
from tests.studio.conftest import SPEED
from tests.studio.deployed_studio import DeployedStudio

RUNS = "the app that this command started (ml.t3.large, 0.1 USD an hour in us-east-1) keeps running"
STOP = "`studio stop alice` stops it"

Prepare = Callable[[DeployedStudio, Path], object]


pytestmark = pytest.mark.usefixtures("programs")


def connected(
    settings: Settings,
    home: Path,
    user: str = "alice",
    *,
    dry_run: bool = False,
    report: Report = lambda _: None,
) -> None:
    connect(
        settings,
        SshPaths(deployment=settings.name, user=user, home=home),
        method=None,
        login="sagemaker-user",
        plugin=Plugin.AUTO,
        editor=None,
        dry_run=dry_run,
        report=report,
    )


def test_a_home_that_cannot_be_written_is_an_error_before_any_change(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = deployed_studio.aws.inventory()
    (tmp_path / "file").write_text("")
    for dry_run in (True, False):
        with pytest.raises(UserError, match="file: expected a folder, found a file"):
            connected(deployed_studio.settings, tmp_path / "file" / "home", dry_run=dry_run)
    # Root may write to every folder of a disk.
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path and access(path, mode))
    with pytest.raises(UserError, match=f"{tmp_path}: cannot be written"):
        connected(deployed_studio.settings, tmp_path, dry_run=True)
    assert deployed_studio.aws.inventory() == before


def test_an_unknown_user_is_reported_before_a_missing_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings.model_validate({"users": {"alice": {}}})
    with pytest.raises(UserError, match=r"^USER = nobody: a user of studio\.toml is expected"):
        connected(settings, tmp_path, "nobody")
    with pytest.raises(UserError, match=r"ssh is not on PATH|ssh-keygen is not on PATH"):
        connected(settings, tmp_path)


def test_a_connection_needs_the_feature_connect(tmp_path: Path) -> None:
    settings = Settings.model_validate({"features": [], "users": {"alice": {}}})
    with pytest.raises(UserError, match=r'^features = \[\]: connections need "connect"; add it'):
        connected(settings, tmp_path)


def test_a_paused_deployment_starts_nothing(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    deployed_studio.ec2.delete_vpc_endpoints(
        VpcEndpointIds=list(deployed_studio.endpoints.values())
    )
    with pytest.raises(UserError, match=r"studio is paused: .* run `studio resume` first"):
        connected(deployed_studio.settings, tmp_path)
    assert deployed_studio.sagemaker.list_apps()["Apps"] == []
    assert not (tmp_path / ".ssh").exists()


def test_the_error_names_an_app_that_was_started(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    with pytest.raises(StepFailed, match="another entry is called studio-studio-alice") as failed:
        connected(deployed_studio.settings, tmp_path)
    assert RUNS in str(failed.value)
    assert STOP in str(failed.value)
    (app,) = deployed_studio.sagemaker.list_apps()["Apps"]
    assert app["Status"] == "InService"


def test_the_error_does_not_name_an_app_that_ran_before(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    deployed_studio.update_space("alice", RemoteAccess="ENABLED")
    deployed_studio.start("alice")
    with pytest.raises(StepFailed) as failed:
        connected(deployed_studio.settings, tmp_path)
    assert "keeps running" not in str(failed.value)


def test_disconnect_removes_the_host_and_its_editor_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    paths = SshPaths(deployment="team", user="alice", home=tmp_path)
    code = editors.settings_file(tmp_path, EDITORS["cursor"])
    editors.add_settings(code, host=paths.host, login="sagemaker-user", report=lambda _: None)
    target = Target(id="mi-0123456789abcdef0", host_key_alias="alias")
    ssh_config.write(HostEntry(paths=paths, target=target, login="u", proxy=["proxy"]))
    assert disconnect(paths)
    assert paths.host not in code.read_text()
    assert not paths.folder.exists()
    assert not disconnect(paths)


def test_connect_waits_for_a_space_that_is_updating(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    deployed_studio.aws.options.update({"speed": 20})
    key = {"DomainId": deployed_studio.domain_id, "SpaceName": "alice"}
    deployed_studio.sagemaker.update_space(**key, SpaceDisplayName="Alice")
    reported: list[str] = []

    def report(line: str) -> None:
        reported.append(line)
        if line.startswith("space alice: Updating"):
            deployed_studio.aws.options.update({"speed": SPEED})

    with pytest.raises(StepFailed, match="another entry is called studio-studio-alice"):
        connected(deployed_studio.settings, tmp_path, report=report)
    assert "space alice: Updating (0 s)" in reported
    described = deployed_studio.sagemaker.describe_space(**key)
    assert described["SpaceSettings"]["RemoteAccess"] == "ENABLED"


def test_ctrl_c_reports_an_app_that_was_started(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(proof, "prove", interrupted)
    reported: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        connected(deployed_studio.settings, tmp_path, report=reported.append)
    assert RUNS in reported[-1]
    assert STOP in reported[-1]


@pytest.fixture
def home(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = programs.parent / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))


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
@pytest.mark.usefixtures("home")
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
