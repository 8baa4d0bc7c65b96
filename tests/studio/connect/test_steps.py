"""The steps of a connection, and the Host entry that they write."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.editors import EDITORS
from catalog.names import Plugin
from settings import ConnectMethod, UserError
from studio.aws.client import Aws
from studio.connect.request import ConnectRequest
from studio.connect.ssh_config import write
from studio.connect.steps import entry, steps
from studio.errors import StepFailed
from tests.commands import output_of
from tests.studio.deployed_studio import DeployedStudio


def test_the_editor_opens_after_a_command_has_run_on_the_host(native: ConnectRequest) -> None:
    remaining = list(steps(native, editor=EDITORS["code"]))
    key, write, access, start, run, settings, window = (step.description for step in remaining)
    assert key == f"create the key pair {native.paths.key}"
    assert access == "enable remote access to the space alice"
    assert start.startswith("start JupyterLab (ml.t3.large, ")
    assert write.startswith(f"write {native.paths.entry}, which ")
    assert run == "run a command on studio-studio-alice"
    assert settings.startswith("add missing settings to ")
    assert "remote.SSH.localServerDownload" in settings
    assert window == "open VS Code"
    assert [step.starts_app for step in remaining].index(True) == 3


def test_what_is_done_needs_no_step(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.update_space("alice", RemoteAccess="ENABLED")
    deployed_studio.start("alice")
    native.paths.folder.mkdir(parents=True)
    native.paths.key.touch()
    done = replace(native, space=deployed_studio.space())
    write, run = (step.description for step in steps(done, editor=None))
    assert write.startswith("write ")
    assert run.startswith("run a command ")


@pytest.mark.parametrize(
    ("profile", "plugin", "words"),
    [
        (None, Plugin.AUTO, []),
        ("me", Plugin.AUTO, ["--profile", "me"]),
        (None, Plugin.STUDIO, ["--plugin", "studio"]),
    ],
)
def test_the_entry_names_the_proxy_with_profile_and_plugin(
    native: ConnectRequest,
    monkeypatch: pytest.MonkeyPatch,
    profile: str | None,
    plugin: Plugin,
    words: list[str],
) -> None:
    monkeypatch.setattr(Aws, "profile", profile)
    found = entry(replace(native, plugin=plugin))
    named = ["--deployment", "studio", "--region", "us-east-1", "--user", "alice"]
    program, _, _, module, *arguments = found.proxy
    assert (program, module) == (sys.executable, "scripts.session_proxy")
    assert arguments == [native.space.arn, *named, *words]
    assert (found.target.id, found.login) == (native.space.arn, "sagemaker-user")


def test_the_proxy_imports_no_modules_of_the_folder_or_of_pythonpath(
    native: ConnectRequest, tmp_path: Path
) -> None:
    """ssh runs in the folder and the environment of a user's project, which has a `settings.py`."""
    for name in ("settings", "scripts"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not of this project')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert "--region" in output_of([*entry(native).proxy, "--help"], env=environment, cwd=tmp_path)


def test_the_entry_of_a_node_is_shown_before_its_app_runs(native: ConnectRequest) -> None:
    helper = replace(
        native,
        method=ConnectMethod.SSH_HELPER,
        space=replace(native.space, script="arn:script"),
    )
    _, write, *later = steps(helper, editor=None)
    assert any(step.starts_app for step in later)
    assert "Include" in write.preview()
    assert "HostName NODE\n" in write.preview()
    write.run()
    assert write.preview() == helper.paths.entry.read_text()
    with pytest.raises(StepFailed, match="the app of alice no longer runs; connect again"):
        entry(helper)


def test_there_is_no_step_if_a_check_fails(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.aws.options.update({"max_apps": 0})
    with pytest.raises(UserError, match="0 of 0 run"):
        next(steps(native, editor=None))


@pytest.mark.parametrize(
    ("part", "other"), [("us-east-1", "eu-west-1"), ("123456789012", "210987654321")]
)
def test_the_entry_of_another_deployment_is_not_replaced(
    native: ConnectRequest, part: str, other: str
) -> None:
    written = entry(native)
    target = replace(written.target, id=written.target.id.replace(part, other))
    proxy = [word.replace(part, other) for word in written.proxy]
    write(replace(written, target=target, proxy=proxy))
    with pytest.raises(UserError, match=f"^studio-studio-alice .* in .*{other}, not {part}"):
        next(steps(native, editor=None))
