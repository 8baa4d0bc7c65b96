"""A deployment and a machine that pass every check."""

from pathlib import Path

import pytest

from studio.aws import buckets
from studio.aws.client import Aws
from studio.doctor.context import Context
from studio.images.contract.result import CheckResult
from tests.studio.conftest import once
from tests.studio.deployed_studio import DeployedStudio
from tests.studio.doctor.setup import PROGRAMS, TIER, DoctorSetup


def prepare_account(studio: DeployedStudio) -> None:
    """What `studio up` makes of an account for ssh-helper."""
    studio.ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    buckets.ensure_key_bucket(Aws(studio.settings.region), studio.settings, lambda _: None)


@pytest.fixture
def setup(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DoctorSetup:
    """A setup that passes every check."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    once(deployed_studio.aws, "doctor", lambda: prepare_account(deployed_studio))
    context = Context(
        settings=deployed_studio.settings,
        deployment=deployed_studio.deployment(tmp_path),
        resolve=lambda _name: ["10.20.0.7"],
        check_images=lambda _: {"slim as JupyterLab": [CheckResult("user", True, "1000:100")]},
    )
    setup = DoctorSetup(deployed_studio, programs, context, monkeypatch)
    for name, script in PROGRAMS.items():
        setup.program(name, script)
    return setup
