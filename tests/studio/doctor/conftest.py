"""A deployed world on the emulator, and a process that talks to it alone."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
import pytest

from settings import Settings
from studio.aws import key_bucket
from studio.aws.client import Aws
from studio.doctor.context import Studio
from studio.images.contract.point import Point
from studio.images.versions import record
from studio_emulator.server import Emulator
from tests.studio.doctor.deployed_studio import World
from tests.studio.doctor.surroundings import PROGRAMS, TIER, Surroundings

SPEED = 20_000


@pytest.fixture(scope="session")
def _session() -> boto3.Session:
    """One for all tests: it reads a service's model, which is megabytes, once."""
    return boto3.Session(aws_access_key_id="emulated", aws_secret_access_key="emulated")


@pytest.fixture
def entered(
    aws: Emulator, _session: boto3.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Emulator:
    """The emulator that this process's boto3 talks to, with an empty account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STUDIO_VERSIONS", str(tmp_path / "studio.versions.toml"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", _session)
    aws.options.update({"speed": SPEED})
    return aws


@pytest.fixture
def settings() -> Settings:
    """Two users: alice comes natively, bob through ssh-helper."""
    return Settings.model_validate({"users": {"alice": {}, "bob": {"connect": "ssh-helper"}}})


@pytest.fixture
def world(entered: Emulator, settings: Settings) -> World:
    """Everything deployed, nothing started."""
    made = World(entered, settings)
    record.refresh(settings)
    return made


@pytest.fixture
def there(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """Everything in place."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    world.ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    key_bucket.ensure_key_bucket(Aws(world.settings.region), world.settings, lambda _: None)
    studio = Studio(
        settings=world.settings,
        deployment=world.deployment(tmp_path),
        resolve=lambda _name: ["10.20.0.7"],
        prove=lambda _settings: {"slim as JupyterLab": [Point("user", True, "1000:100")]},
    )
    found = Surroundings(world, programs, studio, monkeypatch)
    for name, script in PROGRAMS.items():
        found.program(name, script)
    return found
