"""The image of an app."""

import pytest

from catalog import distribution
from settings import UserError
from studio.aws.apps import start_app, with_image
from studio.aws.client import Aws
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio

CPU = "arn:aws:sagemaker:us-east-1:885854791233:image/sagemaker-distribution-cpu"
GPU = CPU.replace("cpu", "gpu")


@pytest.fixture
def strict(deployed_studio: DeployedStudio) -> DeployedStudio:
    """An AWS that refuses CreateApp if neither the request nor the settings have an image."""
    deployed_studio.aws.options.update({"app_image_required": True})
    return deployed_studio


def start(deployed_studio: DeployedStudio) -> dict[str, str]:
    """Start alice's app; returns its ResourceSpec."""
    space = deployed_studio.space()
    start_app(Aws(REGION), space, lambda _: None)
    resources: dict[str, str] = deployed_studio.sagemaker.describe_app(**space.app_key)[
        "ResourceSpec"
    ]
    return resources


def configure_profile(deployed_studio: DeployedStudio, **spec: str) -> None:
    deployed_studio.update_profile("alice", DefaultResourceSpec=spec)


def configure_space(deployed_studio: DeployedStudio, **spec: str) -> None:
    deployed_studio.update_space("alice", JupyterLabAppSettings={"DefaultResourceSpec": spec})


@pytest.mark.parametrize(
    ("instance_type", "image"), [("ml.t3.large", CPU), ("ml.g4dn.xlarge", GPU)]
)
def test_an_app_without_an_image_runs_sagemaker_distribution(
    strict: DeployedStudio, instance_type: str, image: str
) -> None:
    configure_space(strict)
    configure_profile(strict, InstanceType=instance_type)
    assert start(strict) == {
        "InstanceType": instance_type,
        "SageMakerImageArn": image,
        "SageMakerImageVersionAlias": distribution.VERSION_ALIAS,
    }


def test_an_app_runs_the_image_of_its_space(strict: DeployedStudio) -> None:
    configure_profile(strict, InstanceType="ml.m5.large")
    chosen = {"SageMakerImageArn": CPU, "SageMakerImageVersionAlias": "2.11"}
    configure_space(strict, **chosen)
    assert start(strict) == {"InstanceType": "ml.m5.large", **chosen}


def test_the_image_of_the_profile_overrides_that_of_the_space(strict: DeployedStudio) -> None:
    configure_space(strict, SageMakerImageArn=CPU)
    own = {"SageMakerImageArn": GPU, "InstanceType": "ml.g5.xlarge"}
    configure_profile(strict, **own)
    assert start(strict) == own


def test_a_region_without_a_known_distribution_is_refused() -> None:
    line = r"^defaults\.space\.image: .* in mx-central-1 is not known"
    with pytest.raises(UserError, match=line):
        with_image({}, "mx-central-1")


SLIM = {"SageMakerImageArn": "arn:aws:sagemaker:us-east-1:123456789012:image/studio-slim"}
PIN = {
    "SageMakerImageVersionArn": SLIM["SageMakerImageArn"].replace("image", "image-version") + "/1"
}
PUBLISHED = {
    "SageMakerImageArn": CPU,
    "SageMakerImageVersionAlias": distribution.VERSION_ALIAS,
}


@pytest.mark.parametrize(
    ("profile", "started"),
    [
        ({**PIN, **PUBLISHED}, PUBLISHED),
        ({**PUBLISHED, **SLIM}, SLIM),
        ({**PUBLISHED, **SLIM, **PIN}, {**SLIM, **PIN}),
        (PIN, PIN),
        (
            {**SLIM, "SageMakerImageVersionAlias": "stable"},
            {**SLIM, "SageMakerImageVersionAlias": "stable"},
        ),
    ],
    ids=["pinned before", "published before", "pinned now", "version alone", "alias of its own"],
)
def test_with_image_removes_the_version_of_another_image(
    profile: dict[str, str], started: dict[str, str]
) -> None:
    assert with_image(profile, "us-east-1") == started
