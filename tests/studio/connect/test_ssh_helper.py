"""What the ssh-helper method requires."""

from dataclasses import replace

import pytest

from settings import Settings, UserError
from studio.connect.request import ConnectRequest
from studio.connect.ssh_helper import require_possible
from tests.studio.deployed_studio import DeployedStudio


def test_the_image_needs_sagemaker_ssh_helper(native: ConnectRequest) -> None:
    settings = Settings.model_validate({"users": {"alice": {"space": {"image": "SageMaker"}}}})
    with pytest.raises(UserError, match="has no sagemaker-ssh-helper; use --way native"):
        require_possible(replace(native, settings=settings))


def test_an_app_without_the_script_must_be_stopped(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.start("alice")
    with pytest.raises(UserError, match="run `studio stop alice`, then connect again"):
        require_possible(native)


def test_a_space_without_a_script_needs_studio_up(native: ConnectRequest) -> None:
    with pytest.raises(UserError, match="run `studio up` first"):
        require_possible(replace(native, space=replace(native.space, script=None)))
