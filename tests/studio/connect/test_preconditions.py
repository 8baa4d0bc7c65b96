"""What decides whether a connection can work is known before anything is started."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.names import Plugin
from settings import ConnectMethod, Settings, UserError
from studio.aws.client import Aws
from studio.connect import native, preconditions
from studio.connect.request import ConnectRequest
from studio.connect.space_app import find_space
from studio.connect.ssh_config import SshPaths
from tests.studio.deployed_studio import DeployedStudio, deny, settle

Prepare = Callable[[DeployedStudio], object]


def request(
    deployed_studio: DeployedStudio, tmp_path: Path, method: ConnectMethod
) -> ConnectRequest:
    aws = Aws(deployed_studio.settings.region)
    return ConnectRequest(
        settings=deployed_studio.settings,
        paths=SshPaths(deployment="studio", user="alice", home=tmp_path),
        aws=aws,
        space=find_space(aws, deployed_studio.settings.name, "alice"),
        method=method,
        login="sagemaker-user",
        plugin=Plugin.AUTO,
        report=lambda _: None,
    )


def paused(deployed_studio: DeployedStudio) -> None:
    deployed_studio.ec2.delete_vpc_endpoints(
        VpcEndpointIds=list(deployed_studio.endpoints.values())
    )


def without(service: str) -> Prepare:
    def prepare(deployed_studio: DeployedStudio) -> None:
        deployed_studio.ec2.delete_vpc_endpoints(
            VpcEndpointIds=[deployed_studio.endpoints[service]]
        )

    return prepare


def failed_version(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"fail_images": ["studio-slim"]})
    deployed_studio.version("slim", tag="1" * 16)
    choose(deployed_studio, "image/studio-slim")


def pinned_version(deployed_studio: DeployedStudio) -> None:
    """The newest version failed, and alice starts an older one."""
    failed_version(deployed_studio)
    choose(deployed_studio, "image-version/studio-slim/1", member="SageMakerImageVersionArn")


def no_version(deployed_studio: DeployedStudio) -> None:
    role = deployed_studio.iam.get_role(RoleName="images")["Role"]["Arn"]
    deployed_studio.sagemaker.create_image(ImageName="empty", RoleArn=role)
    settle(lambda: str(deployed_studio.sagemaker.describe_image(ImageName="empty")["ImageStatus"]))
    choose(deployed_studio, "image/empty")


def no_quota(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"max_apps": 0})


def choose(
    deployed_studio: DeployedStudio, image: str, *, member: str = "SageMakerImageArn"
) -> None:
    """Have alice's space start an image, or a version of one."""
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:{image}"
    key = {"DomainId": deployed_studio.domain_id, "SpaceName": "alice"}
    spec = {"InstanceType": "ml.t3.large", member: arn}
    start = {"JupyterLabAppSettings": {"DefaultResourceSpec": spec}}
    deployed_studio.sagemaker.update_space(**key, SpaceSettings=start)
    settle(lambda: str(deployed_studio.sagemaker.describe_space(**key)["Status"]))


@pytest.mark.parametrize("method", list(ConnectMethod))
@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (paused, r"^studio is paused: vpc-\w+ has no endpoints; run `studio resume` first$"),
        (
            without("ssm"),
            r"endpoints of vpc-\w+: com\.amazonaws\.us-east-1\.ssm is missing; ",
        ),
        (without("ssmmessages"), r"ssmmessages is missing; run `studio up` first"),
        (failed_version, r"studio-slim cannot start: version 2 is CREATE_FAILED \(The option"),
        (no_version, "image empty has no version that an app could start; run `studio up` first"),
        (no_quota, "Studio JupyterLab Apps running on ml.t3.large instances: 0 of 0 run; to get"),
    ],
)
def test_what_cannot_work_is_refused(
    deployed_studio: DeployedStudio,
    tmp_path: Path,
    method: ConnectMethod,
    prepare: Prepare,
    message: str,
) -> None:
    wanted = request(deployed_studio, tmp_path, method)
    preconditions.require_all(wanted)
    prepare(deployed_studio)
    with pytest.raises(UserError, match=message):
        preconditions.require_all(wanted)


@pytest.mark.parametrize(
    ("prepare", "method"),
    [
        (without("logs"), ConnectMethod.NATIVE),
        (without("sts"), ConnectMethod.NATIVE),
        (pinned_version, ConnectMethod.NATIVE),
    ],
)
def test_what_the_connection_does_not_need_stops_nobody(
    deployed_studio: DeployedStudio, tmp_path: Path, prepare: Prepare, method: ConnectMethod
) -> None:
    prepare(deployed_studio)
    preconditions.require_all(request(deployed_studio, tmp_path, method))


def test_a_region_without_a_known_sagemaker_distribution_is_refused(
    deployed_studio: DeployedStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.distribution.OWNERS", {})
    with pytest.raises(UserError, match=r"defaults\.space\.image: which account publishes"):
        preconditions.require_all(request(deployed_studio, tmp_path, ConnectMethod.NATIVE))


def test_an_app_that_runs_needs_no_image_and_no_quota(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    deployed_studio.start("alice")
    failed_version(deployed_studio)
    no_quota(deployed_studio)
    preconditions.require_all(request(deployed_studio, tmp_path, ConnectMethod.NATIVE))


@pytest.mark.parametrize(
    ("prepare", "service", "operation"),
    [
        (paused, "ec2", "DescribeVpcEndpoints"),
        (failed_version, "sagemaker", "DescribeImageVersion"),
        (no_quota, "service-quotas", "ListServiceQuotas"),
    ],
)
def test_what_a_person_may_not_look_up_stops_nobody(
    deployed_studio: DeployedStudio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Prepare,
    service: str,
    operation: str,
) -> None:
    prepare(deployed_studio)
    deny(monkeypatch, service, operation)
    preconditions.require_all(request(deployed_studio, tmp_path, ConnectMethod.NATIVE))


def test_outside_the_partition_aws_the_other_method_is_named(
    deployed_studio: DeployedStudio, tmp_path: Path
) -> None:
    here = request(deployed_studio, tmp_path, ConnectMethod.NATIVE)
    native.require_possible(here)
    arn = re.sub("^arn:aws:", "arn:aws-cn:", here.space.arn)
    there = replace(here, space=replace(here.space, arn=arn))
    with pytest.raises(UserError, match="in the partition aws-cn; take --way ssh-helper"):
        native.require_possible(there)


@pytest.mark.parametrize("method", list(ConnectMethod))
def test_endpoints_of_others_are_not_called_paused(
    deployed_studio: DeployedStudio, tmp_path: Path, method: ConnectMethod
) -> None:
    wanted = request(deployed_studio, tmp_path, method)
    paused(deployed_studio)
    brought = {"vpc_id": "vpc-0123456789abcdef0", "subnet_ids": ["subnet-0123456789abcdef0"]}
    for endpoints, message in (
        ("create", "is paused"),
        ("existing", r"ssm is missing, .*; `studio doctor` says what to ask for"),
        (["ssm", "ssmmessages", "sts"], r"ssm is missing, .*; `studio doctor` says"),
    ):
        network = {"network": brought | {"endpoints": endpoints}}
        values = wanted.settings.model_dump(exclude_unset=True) | network
        with pytest.raises(UserError, match=message):
            preconditions.require_all(replace(wanted, settings=Settings.model_validate(values)))
