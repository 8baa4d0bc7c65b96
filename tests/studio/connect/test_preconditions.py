"""A connection that cannot work is rejected before an app starts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from settings import ConnectMethod, Settings, UserError
from studio.connect import preconditions
from studio.connect.request import ConnectRequest
from tests.emulator.samples import settled
from tests.studio.deployed_studio import DeployedStudio, deny

Prepare = Callable[[DeployedStudio], object]


def without(*services: str) -> Prepare:
    """Delete these endpoints, or all of them."""

    def prepare(deployed_studio: DeployedStudio) -> None:
        ids = [deployed_studio.endpoints[name] for name in services or deployed_studio.endpoints]
        deployed_studio.ec2.delete_vpc_endpoints(VpcEndpointIds=ids)

    return prepare


paused = without()


def failed_version(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"fail_images": ["studio-slim"]})
    deployed_studio.version("slim", tag="1" * 16)
    choose(deployed_studio, "image/studio-slim")


def pinned_version(deployed_studio: DeployedStudio) -> None:
    """alice starts an older version than the newest, which failed."""
    failed_version(deployed_studio)
    choose(deployed_studio, "image-version/studio-slim/1", member="SageMakerImageVersionArn")


def no_version(deployed_studio: DeployedStudio) -> None:
    role = deployed_studio.iam.get_role(RoleName="images")["Role"]["Arn"]
    deployed_studio.sagemaker.create_image(ImageName="empty", RoleArn=role)
    settled(lambda: deployed_studio.sagemaker.describe_image(ImageName="empty"), "ImageStatus")
    choose(deployed_studio, "image/empty")


def no_quota(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"max_apps": 0})


def choose(
    deployed_studio: DeployedStudio, image: str, *, member: str = "SageMakerImageArn"
) -> None:
    """Set the image, or the image version, of alice's space."""
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:{image}"
    spec = {"InstanceType": "ml.t3.large", member: arn}
    deployed_studio.update_space("alice", JupyterLabAppSettings={"DefaultResourceSpec": spec})


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (paused, r"^studio is paused: vpc-\w+ has no endpoints; run `studio resume` first$"),
        (without("ssm"), r"endpoints of vpc-\w+: com\.amazonaws\.us-east-1\.ssm is missing; "),
        (without("ssmmessages"), r"ssmmessages is missing; run `studio up` first"),
        (failed_version, r"studio-slim cannot start: version 2 is CREATE_FAILED \(The option"),
        (no_version, "image empty has no version; run `studio up` first"),
        (no_quota, "Studio JupyterLab Apps running on ml.t3.large instances: 0 of 0 run; to req"),
    ],
)
def test_a_connection_that_cannot_work_is_rejected(
    deployed_studio: DeployedStudio, native: ConnectRequest, prepare: Prepare, message: str
) -> None:
    preconditions.require_all(native)
    prepare(deployed_studio)
    with pytest.raises(UserError, match=message):
        preconditions.require_all(native)


def test_only_ssh_helper_needs_sts(deployed_studio: DeployedStudio, native: ConnectRequest) -> None:
    without("sts")(deployed_studio)
    preconditions.require_all(native)
    with pytest.raises(UserError, match="sts is missing"):
        preconditions.require_all(replace(native, method=ConnectMethod.SSH_HELPER))


@pytest.mark.parametrize("prepare", [without("logs"), pinned_version])
def test_a_connection_needs_no_other_endpoint_or_version(
    deployed_studio: DeployedStudio, native: ConnectRequest, prepare: Prepare
) -> None:
    prepare(deployed_studio)
    preconditions.require_all(native)


def test_a_region_without_a_known_sagemaker_distribution_is_rejected(
    native: ConnectRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.distribution.OWNERS", {})
    with pytest.raises(UserError, match=r"defaults\.space\.image: which account publishes"):
        preconditions.require_all(native)


def test_a_running_app_needs_no_image_and_no_quota(
    deployed_studio: DeployedStudio, native: ConnectRequest
) -> None:
    deployed_studio.start("alice")
    failed_version(deployed_studio)
    no_quota(deployed_studio)
    preconditions.require_all(native)


@pytest.mark.parametrize(
    ("prepare", "service", "operation"),
    [
        (paused, "ec2", "DescribeVpcEndpoints"),
        (failed_version, "sagemaker", "DescribeImageVersion"),
        (no_quota, "service-quotas", "ListServiceQuotas"),
    ],
)
def test_a_check_whose_call_aws_denies_is_skipped(
    deployed_studio: DeployedStudio,
    native: ConnectRequest,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Prepare,
    service: str,
    operation: str,
) -> None:
    prepare(deployed_studio)
    deny(monkeypatch, service, operation)
    preconditions.require_all(native)


@pytest.mark.parametrize("method", list(ConnectMethod))
def test_missing_existing_endpoints_are_not_reported_as_paused(
    deployed_studio: DeployedStudio, native: ConnectRequest, method: ConnectMethod
) -> None:
    paused(deployed_studio)
    vpc = {"vpc_id": "vpc-0123456789abcdef0", "subnet_ids": ["subnet-0123456789abcdef0"]}
    cases: list[tuple[Any, str]] = [
        ("create", "is paused"),
        ("existing", r"ssm is missing, .*; `studio doctor` shows the fix"),
        (["ssm", "ssmmessages", "sts"], r"ssm is missing, .*; `studio doctor` shows"),
    ]
    for endpoints, message in cases:
        values = native.settings.model_dump(exclude_unset=True)
        values["network"] = vpc | {"endpoints": endpoints}
        request = replace(native, settings=Settings.model_validate(values), method=method)
        with pytest.raises(UserError, match=message):
            preconditions.require_all(request)
