"""Whether a connection starts an app, or waits for one that somebody has started."""

from __future__ import annotations

from pathlib import Path

from catalog.distribution import image_arn
from catalog.names import Plugin
from settings import ConnectMethod
from studio.aws.client import Aws
from studio.connect.request import ConnectRequest
from studio.connect.space_app import app_steps, find_space
from studio.connect.ssh_config import SshPaths
from tests.studio.deployed_studio import DeployedStudio


def remaining_steps(studio: DeployedStudio, home: Path) -> list[tuple[str, bool]]:
    aws = Aws(studio.settings.region)
    request = ConnectRequest(
        settings=studio.settings,
        paths=SshPaths(deployment="studio", user="alice", home=home),
        aws=aws,
        space=find_space(aws, studio.settings.name, "alice"),
        method=ConnectMethod.NATIVE,
        login="sagemaker-user",
        plugin=Plugin.AUTO,
        report=lambda _: None,
    )
    return [(step.description, step.starts_app) for step in app_steps(request)]


def test_only_an_app_that_nobody_has_started_is_started(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    price = "JupyterLab (ml.t3.large, 0.1 USD an hour in us-east-1)"
    assert remaining_steps(deployed_studio, tmp_path) == [(f"start {price}", True)]
    deployed_studio.aws.options.update({"speed": 0.01})
    key = {"DomainId": deployed_studio.domain_id, "SpaceName": "alice"}
    spec = {"SageMakerImageArn": image_arn("us-east-1", "ml.t3.large")}
    deployed_studio.sagemaker.create_app(
        **key, AppType="JupyterLab", AppName="default", ResourceSpec=spec
    )
    assert remaining_steps(deployed_studio, tmp_path) == [(f"wait for {price}", False)]


def test_an_app_that_runs_needs_no_step(deployed_studio: DeployedStudio, tmp_path: Path) -> None:
    deployed_studio.start("alice")
    assert remaining_steps(deployed_studio, tmp_path) == []
