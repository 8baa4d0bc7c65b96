"""Detaching disabled images from domain, profiles and spaces."""

from typing import Any

import pytest

from catalog.distribution import VERSION_ALIAS, image_arn
from settings import Settings, UserError
from studio.aws.client import Aws
from studio.errors import StepFailed
from studio.images.versions import disabled
from tests.emulator.samples import ACCOUNT, REGION, settled
from tests.studio.deployed_studio import DeployedStudio

TAGS = [{"Key": "StudioDeployment", "Value": "studio"}]
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def settings(image: str, **ecr: bool) -> Settings:
    return Settings.model_validate({"image": {image: {}}, "ecr": ecr})


@pytest.fixture
def attached(deployed_studio: DeployedStudio) -> DeployedStudio:
    """Images `slim` and `torch`, attached to domain, profile and space."""
    it, images = deployed_studio, []
    sagemaker, ecr = it.sagemaker, it.aws.client("ecr")
    it.image("torch")
    for name in ("slim", "torch"):
        full = f"studio-{name}"
        sagemaker.add_tags(ResourceArn=f"{ARN}:image/{full}", Tags=TAGS)
        repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/studio/{name}"
        ecr.tag_resource(resourceArn=repository, tags=TAGS)
        sagemaker.create_app_image_config(AppImageConfigName=full, JupyterLabAppImageConfig={})
        images.append({"ImageName": full, "AppImageConfigName": full})
    sagemaker.add_tags(ResourceArn=f"{ARN}:domain/{it.domain_id}", Tags=TAGS)
    domain = {"DomainId": it.domain_id}
    offered = {"JupyterLabAppSettings": {"CustomImages": images}}
    sagemaker.update_domain(**domain, DefaultUserSettings=offered)
    settled(lambda: sagemaker.describe_domain(**domain))
    it.update_profile("alice", CustomImages=images)
    start = {
        "InstanceType": "ml.t3.large",
        "SageMakerImageArn": f"{ARN}:image/studio-slim",
        "SageMakerImageVersionArn": f"{ARN}:image-version/studio-slim/1",
    }
    it.update_space("alice", JupyterLabAppSettings={"DefaultResourceSpec": start})
    return it


@pytest.mark.parametrize("rule", ["replace", "merge"])
def test_a_detached_image_can_be_deleted(attached: DeployedStudio, rule: str) -> None:
    attached.aws.options.update({"settings_updates": rule})
    attached.version("slim", tag="1" * 16)
    sagemaker = attached.sagemaker
    domain = sagemaker.describe_domain(DomainId=attached.domain_id)
    reported: list[str] = []
    disabled.detach_disabled_images(settings("torch", force_delete=True), reported.append)
    assert reported == [
        "detached  studio-slim from space alice",
        "detached  studio-slim from user profile alice",
        f"detached  studio-slim from domain {attached.domain_id}",
        "deleted   version 1 of studio-slim",
        "deleted   repository studio/slim",
    ]
    sagemaker.delete_image(ImageName="studio-slim")
    after = sagemaker.describe_domain(DomainId=attached.domain_id)
    (left,) = after["DefaultUserSettings"].pop("JupyterLabAppSettings")["CustomImages"]
    assert left["ImageName"] == "studio-torch"
    del domain["DefaultUserSettings"]["JupyterLabAppSettings"]
    assert after["DefaultUserSettings"] == domain["DefaultUserSettings"]
    space = sagemaker.describe_space(DomainId=attached.domain_id, SpaceName="alice")
    assert space["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"] == {
        "InstanceType": "ml.t3.large",
        "SageMakerImageArn": image_arn(REGION, "ml.t3.large"),
        "SageMakerImageVersionAlias": VERSION_ALIAS,
    }


def test_an_image_that_an_app_runs_is_detached_after_the_app_ends(
    attached: DeployedStudio,
) -> None:
    app = attached.start("alice", SageMakerImageArn=f"{ARN}:image/studio-slim")
    wanted = settings("torch", force_delete=True)
    with pytest.raises(StepFailed, match=r"studio-slim.*alice.*`studio stop USER`"):
        disabled.detach_disabled_images(wanted, print)
    assert attached.aws.client("ecr").describe_images(repositoryName="studio/slim")["imageDetails"]
    attached.sagemaker.delete_app(**app)
    settled(lambda: attached.sagemaker.describe_app(**app))
    disabled.detach_disabled_images(wanted, print)
    attached.sagemaker.delete_image(ImageName="studio-slim")


def test_images_in_ecr_need_force_delete(attached: DeployedStudio) -> None:
    before = attached.aws.inventory()
    with pytest.raises(UserError, match=r"studio/slim holds 1 images; `ecr.force_delete = true`"):
        disabled.detach_disabled_images(settings("torch"), print)
    assert attached.aws.inventory() == before
    key = {"repositoryName": "studio/slim"}
    ecr = attached.aws.client("ecr")
    ecr.batch_delete_image(**key, imageIds=ecr.list_images(**key)["imageIds"])
    assert disabled.repositories_to_delete(settings("torch"), Aws(REGION)) == ["studio/slim"]


def test_enabled_images_and_those_of_other_deployments_stay(attached: DeployedStudio) -> None:
    before = attached.aws.inventory()
    both: dict[str, Any] = {"image": {"slim": {}, "torch": {}}}
    for wanted in (both, {"name": "stud", "image": {}}, {"name": "theirs", "image": {}}):
        disabled.detach_disabled_images(Settings.model_validate(wanted), print)
    assert attached.aws.inventory() == before
