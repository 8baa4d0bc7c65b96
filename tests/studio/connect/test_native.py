"""What SageMaker's remote access requires."""

import re
from dataclasses import replace

import pytest

from settings import UserError
from studio.aws.client import Aws
from studio.aws.spaces import Space, enable_remote_access
from studio.connect.native import require_possible, resolve_target, steps
from studio.connect.request import ConnectRequest
from studio.connect.ssh_config import SshPaths, Target
from studio_emulator.studio.apps import STOPPING
from tests.studio.account import create_space
from tests.studio.conftest import SPEED
from tests.studio.deployed_studio import DeployedStudio


def test_in_another_partition_the_native_method_is_rejected(native: ConnectRequest) -> None:
    require_possible(native)
    arn = re.sub("^arn:aws:", "arn:aws-cn:", native.space.arn)
    with pytest.raises(UserError, match="in the partition aws-cn; use --way ssh-helper"):
        require_possible(replace(native, space=replace(native.space, arn=arn)))


def test_the_instance_of_the_running_app_needs_8_gib(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.start("alice", InstanceType="ml.t3.medium")
    with pytest.raises(UserError, match=r"ml\.t3\.medium has 4 GiB .*`studio stop alice` if"):
        require_possible(replace(native, space=replace(native.space, remote_access=True)))


def test_a_space_without_an_instance_starts_the_domains_or_sagemakers_default(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    create_space(deployed_studio.sagemaker, deployed_studio.domain_id, "bare", "alice")
    paths = SshPaths(deployment="studio", user="bare", home=native.paths.home)
    bare = replace(native, space=deployed_studio.space("bare"), paths=paths)
    with pytest.raises(
        UserError,
        match=r"^the space bare names no instance type and starts ml\.t3\.medium with 4 GiB .*"
        r"`aws sagemaker update-space --domain-id d-\w+ --space-name bare .*Type=ml\.t3\.l",
    ):
        require_possible(bare)
    deployed_studio.sagemaker.update_domain(
        DomainId=deployed_studio.domain_id,
        DefaultUserSettings={
            "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.m5.xlarge"}}
        },
    )
    require_possible(bare)
    assert bare.instance_type() == "ml.m5.xlarge"


def test_an_app_without_remote_access_is_refused_unless_it_is_being_deleted(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    app = deployed_studio.start("alice")
    with pytest.raises(UserError, match="the app of alice runs without remote access"):
        require_possible(native)
    # The deletion takes a second: AWS refuses to enable remote access before it ends.
    deployed_studio.aws.options.update({"speed": STOPPING})
    deployed_studio.sagemaker.delete_app(**app)
    require_possible(native)
    enable, start = steps(native)
    enable.run()
    deployed_studio.aws.options.update({"speed": SPEED})
    start.run()
    assert deployed_studio.space().remote_access


def test_another_run_may_enable_remote_access_meanwhile(
    deployed_studio: DeployedStudio, native: ConnectRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    enable = next(steps(native))

    def overtaken(aws: Aws, space: Space) -> None:
        enable_remote_access(aws, space)
        enable_remote_access(aws, space)

    monkeypatch.setattr("studio.connect.native.enable_remote_access", overtaken)
    # The update takes a second: AWS refuses another one meanwhile.
    deployed_studio.aws.options.update({"speed": STOPPING})
    enable.run()


def test_no_host_key_of_the_space_is_pinned(native: ConnectRequest) -> None:
    assert resolve_target(native) == Target(id=native.space.arn, host_key_alias=None)
