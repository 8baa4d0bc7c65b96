"""A request to connect alice to the deployed studio, and a process without a umask."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.names import Plugin
from settings import ConnectMethod
from studio.aws.client import Aws
from studio.connect.request import ConnectRequest
from studio.connect.space_app import find_space
from studio.connect.ssh_config import SshPaths
from tests.studio.deployed_studio import DeployedStudio


@pytest.fixture
def native(deployed_studio: DeployedStudio, tmp_path: Path) -> ConnectRequest:
    aws = Aws(deployed_studio.settings.region)
    return ConnectRequest(
        settings=deployed_studio.settings,
        paths=SshPaths(deployment="studio", user="alice", home=tmp_path),
        aws=aws,
        space=find_space(aws, deployed_studio.settings.name, "alice"),
        method=ConnectMethod.NATIVE,
        login="sagemaker-user",
        plugin=Plugin.AUTO,
        report=lambda _: None,
    )


@pytest.fixture
def alice(tmp_path: Path) -> SshPaths:
    """The files of alice below an empty home folder."""
    return SshPaths(deployment="team", user="alice", home=tmp_path)


@pytest.fixture
def no_umask() -> Iterator[None]:
    """A new file is as open as the program makes it."""
    previous = os.umask(0)
    yield
    os.umask(previous)
