"""The errors of `studio connect`, and what it reports of an app that it started."""

from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from catalog.editors import EDITORS
from catalog.names import Plugin
from settings import ConnectMethod, Settings, UserError
from studio.connect import editors, key_pair, proof, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target
from studio.console import output
from studio.console.output import Output
from studio.errors import StepFailed
from studio.lifecycle.connect import connect, disconnect
from tests.studio.conftest import SPEED
from tests.studio.deployed_studio import DeployedStudio, deny

RUNS = "the app that this command started (ml.t3.large, 0.1 USD an hour in us-east-1) keeps running"
STOP = "`studio stop alice` stops it"

ALICE = Settings.model_validate({"users": {"alice": {}}})

pytestmark = pytest.mark.usefixtures("programs")


def connected(settings: Settings, home: Path, user: str = "alice", **given: Any) -> None:
    """Connect with ``given`` instead of the defaults."""
    paths = SshPaths(deployment=settings.name, user=user, home=home)
    arguments: dict[str, Any] = {"method": None, "editor": None, "dry_run": False, "report": print}
    connect(settings, paths, login="sagemaker-user", plugin=Plugin.AUTO, **{**arguments, **given})


def test_a_home_that_cannot_be_written_is_an_error_before_any_change(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    before = deployed_studio.aws.inventory()
    (tmp_path / "file").write_text("")
    for dry_run in (True, False):
        with pytest.raises(UserError, match="file: expected a folder, found a file"):
            connected(deployed_studio.settings, tmp_path / "file" / "home", dry_run=dry_run)
    assert deployed_studio.aws.inventory() == before


def test_an_unknown_user_is_reported_before_a_missing_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"^USER = nobody: a user of studio\.toml is expected"):
        connected(ALICE, tmp_path, "nobody")
    with pytest.raises(UserError, match=r"ssh is not on PATH|ssh-keygen is not on PATH"):
        connected(ALICE, tmp_path)


def test_a_connection_needs_the_feature_connect(tmp_path: Path) -> None:
    settings = Settings.model_validate({"features": [], "users": {"alice": {}}})
    with pytest.raises(UserError, match=r'^features = \[\]: connections need "connect"; add it'):
        connected(settings, tmp_path)


def test_a_missing_editor_is_refused_before_a_call_to_aws(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^kiro is not on PATH\."):
        connected(ALICE, tmp_path, editor=EDITORS["kiro"])


def test_an_editor_without_its_extension_is_refused(programs: Path, tmp_path: Path) -> None:
    (programs / "code").write_text("#!/bin/sh\necho 1.106.0\n")
    (programs / "code").chmod(0o755)
    with pytest.raises(UserError, match="To fix it: code --install-extension ms-vscode-remote"):
        connected(ALICE, tmp_path, editor=EDITORS["code"])


@pytest.mark.parametrize(
    ("tier", "line"),
    [
        ("standard", r"the advanced tier\. To fix it: aws ssm update-service-setting --region us-"),
        ("advanced", r"keys from this bucket\. To fix it: studio --config a\.toml up$"),
    ],
)
def test_ssh_helper_needs_the_advanced_tier_and_the_bucket_of_keys(
    deployed_studio: DeployedStudio, tmp_path: Path, tier: str, line: str
) -> None:
    deployed_studio.aws.client("ssm").update_service_setting(
        SettingId="/ssm/managed-instance/activation-tier", SettingValue=tier
    )
    with output.speaking(Output(config="a.toml")), pytest.raises(UserError, match=line):
        connected(deployed_studio.settings, tmp_path, method=ConnectMethod.SSH_HELPER)


def test_an_entry_that_hides_the_host_starts_nothing(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    paths = SshPaths(deployment="studio", user="alice", home=tmp_path)
    paths.ssh.mkdir()
    paths.config.write_bytes(b"HostName other\n%s\n" % ssh_config.include_line(paths))
    with pytest.raises(StepFailed, match="its hostname is other, not "):
        connected(deployed_studio.settings, tmp_path)
    assert deployed_studio.sagemaker.list_apps()["Apps"] == []


def test_a_denied_call_does_not_remove_an_earlier_host(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = SshPaths(deployment="studio", user="alice", home=tmp_path)
    key_pair.ensure(paths)
    deny(monkeypatch, "sagemaker", "UpdateSpace")
    with pytest.raises(UserError, match="AccessDenied"):
        connected(deployed_studio.settings, tmp_path)
    assert paths.key in paths.existing()


@pytest.mark.parametrize("ran_before", [False, True])
def test_the_error_names_an_app_only_if_it_was_started(
    deployed_studio: DeployedStudio, tmp_path: Path, ran_before: bool
) -> None:
    if ran_before:
        deployed_studio.update_space("alice", RemoteAccess="ENABLED")
        deployed_studio.start("alice")
    with pytest.raises(StepFailed, match="`ssh studio-studio-alice` does not work") as failed:
        connected(deployed_studio.settings, tmp_path)
    said = str(failed.value)
    assert [RUNS in said, STOP in said, "keeps running" in said] == [not ran_before] * 3
    (app,) = deployed_studio.sagemaker.list_apps()["Apps"]
    assert app["Status"] == "InService"


def test_the_error_has_the_log_of_an_app_that_failed_and_does_not_name_it(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    deployed_studio.fail_apps("jupyter lab: not found", "exit code 127\n")
    log = r"; its log ends: jupyter lab: not found \| exit"
    with pytest.raises(StepFailed, match=log) as failed:
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
    assert disconnect(paths, region="us-east-1", dry_run=True)
    assert paths.host in code.read_text()
    assert disconnect(paths, region="us-east-1", dry_run=False)
    assert paths.host not in code.read_text()
    assert not paths.folder.exists()
    assert not disconnect(paths, region="us-east-1", dry_run=False)


def test_the_host_is_removed_although_an_editors_settings_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration manager, such as that of NixOS, links them to a read-only folder."""
    paths = SshPaths(deployment="team", user="alice", home=tmp_path)
    key_pair.ensure(paths)
    failure = UserError("settings.json: cannot be written")
    monkeypatch.setattr(editors, "remove_settings", MagicMock(side_effect=failure))
    with pytest.raises(UserError, match=r"settings\.json: cannot be written"):
        disconnect(paths, region="us-east-1", dry_run=False)
    assert not paths.folder.exists()


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

    with pytest.raises(StepFailed, match="`ssh studio-studio-alice` does not work"):
        connected(deployed_studio.settings, tmp_path, report=report)
    assert "space alice: Updating (0 s)" in reported
    described = deployed_studio.sagemaker.describe_space(**key)
    assert described["SpaceSettings"]["RemoteAccess"] == "ENABLED"


def test_ctrl_c_reports_an_app_that_was_started(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "prove", MagicMock(side_effect=KeyboardInterrupt))
    reported: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        connected(deployed_studio.settings, tmp_path, report=reported.append)
    assert RUNS in reported[-1]
    assert STOP in reported[-1]
