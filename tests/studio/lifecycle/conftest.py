"""Fixtures: the programs of this machine, and deployments without Terraform."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.lifecycle import emulated
from studio.lifecycle.emulated import EmulatedAws
from tests.studio.account import Studio
from tests.studio.deployed import Deployed
from tests.studio.deployed_studio import DeployedStudio
from tests.studio.doctor.setup import PROGRAMS
from tests.studio.lifecycle.samples import plan, settings
from tests.studio.lifecycle.users_stack import Account, DeployedUsers


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the programs that a connection needs; this ssh connects to no host."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    denied = "*BatchMode*) echo Permission denied >&2; exit 1"
    resolving = f'case "$*" in *-G*) exec /usr/bin/ssh "$@";; {denied};; esac'
    for name, first in (("ssh", resolving), ("session-manager-plugin", "")):
        (folder / name).write_text(f"#!/bin/sh\n{first}\n{PROGRAMS[name]}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that start an emulator get one that does not run; AWS_PROFILE is set."""

    aws = EmulatedAws(url="http://127.0.0.1:1", environment={"AWS_ENDPOINT_URL": "emulated"})
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setattr(emulated, "starting", lambda **_: nullcontext(lambda: aws))


@pytest.fixture
def existing_vpc(ours: Studio, deployed: Deployed) -> Settings:
    """A deployment with endpoints in a VPC that it does not own."""
    deployed.state["network"] = deployed.state["network"][1:]
    return settings(network={"vpc_id": ours.vpc_id, "subnet_ids": ours.subnet_ids})


@pytest.fixture
def paused(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """What `studio pause` and `studio resume` work on; its plan creates an endpoint.

    It keeps the lines that the commands print.
    """
    it = replace(
        deployed,
        out=deployed.out / "cdktf.out",
        plans={"network": plan("create", type_="aws_vpc_endpoint")},
    )
    opened = MagicMock(return_value=it)
    opened.read_only.return_value = nullcontext(it)
    for module in ("studio.terraform.deployment", "scripts.resume"):
        monkeypatch.setattr(f"{module}.Deployment", opened)
    for printed in ("say", "result"):
        monkeypatch.setattr(f"studio.console.output.{printed}", it.said.append)
    return it


@pytest.fixture(params=["replace", "merge"])
def account(
    request: pytest.FixtureRequest, deployed_studio: DeployedStudio, tmp_path: Path
) -> Account:
    """The image of Studio has two versions."""
    deployed_studio.version("slim", tag="1" * 16)
    deployed_studio.sagemaker.create_app_image_config(
        AppImageConfigName="studio-slim-jupyterlab", JupyterLabAppImageConfig={}
    )
    deployed_studio.aws.options.update({"settings_updates": request.param})
    deployment = DeployedUsers(
        out=tmp_path, state={"users": []}, domain_id=deployed_studio.domain_id
    )
    return Account(studio=deployed_studio, deployment=deployment)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that list resources, in the order of their calls."""
    operations, all_of = list[str](), Aws.all

    def note(aws: Aws, service: str, operation: str, *words: str, **filters: Any) -> Any:
        operations.append(operation)
        return all_of(aws, service, operation, *words, **filters)

    monkeypatch.setattr(Aws, "all", note)
    return operations
