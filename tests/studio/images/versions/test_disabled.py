"""Detaching disabled images from domain, profiles and spaces."""

from __future__ import annotations

import pytest

from catalog.distribution import VERSION_ALIAS, image_arn
from settings import Settings, UserError
from studio.images.versions import disabled
from studio_emulator.options import SETTINGS_UPDATES
from tests.emulator.samples import READ_IMAGES, document, push, settled
from tests.studio.account import ACCOUNT, REGION, Studio, client, settle

TAGS = [{"Key": "StudioDeployment", "Value": "ours"}]


def settings(image: str, **ecr: bool) -> Settings:
    return Settings.model_validate({"name": "ours", "image": {image: {}}, "ecr": ecr})


def make_image(it: Studio, name: str) -> str:
    """Create an image with a version from the repository `ours/NAME`; returns its name."""
    sagemaker, full = client(it.aws, "sagemaker"), f"ours-{name}"
    uri = push(it.aws, f"ours/{name}")
    client(it.aws, "ecr").tag_resource(
        resourceArn=f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/ours/{name}", tags=TAGS
    )
    client(it.aws, "iam").put_role_policy(
        RoleName="ours", PolicyName="pull", PolicyDocument=document(READ_IMAGES)
    )
    sagemaker.create_image(ImageName=full, RoleArn=it.role, Tags=TAGS)
    settled(lambda: sagemaker.describe_image(ImageName=full), "ImageStatus")
    sagemaker.create_image_version(ImageName=full, BaseImage=uri, ClientToken="x" * 36)
    settled(lambda: sagemaker.describe_image_version(ImageName=full), "ImageVersionStatus")
    sagemaker.create_app_image_config(AppImageConfigName=full, JupyterLabAppImageConfig={})
    return full


@pytest.fixture
def attached(ours: Studio) -> Studio:
    """Images `slim` and `torch`, attached to domain, profile and space."""
    sagemaker, key = client(ours.aws, "sagemaker"), {"DomainId": ours.domain_id}
    sagemaker.add_tags(
        ResourceArn=f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/{ours.domain_id}", Tags=TAGS
    )
    images = [
        {"ImageName": name, "AppImageConfigName": name}
        for name in (make_image(ours, "slim"), make_image(ours, "torch"))
    ]
    offered = {"JupyterLabAppSettings": {"CustomImages": images}}
    sagemaker.update_domain(**key, DefaultUserSettings=offered)
    settle(lambda: sagemaker.describe_domain(**key))
    ours.user("alice")
    profile = key | {"UserProfileName": "alice"}
    sagemaker.update_user_profile(**profile, UserSettings=offered)
    settle(lambda: sagemaker.describe_user_profile(**profile))
    ours.space("alice", "alice", run=False)
    space = key | {"SpaceName": "alice"}
    of_slim = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:image"
    start = {
        "InstanceType": "ml.t3.large",
        "SageMakerImageArn": f"{of_slim}/ours-slim",
        "SageMakerImageVersionArn": f"{of_slim}-version/ours-slim/1",
    }
    chosen = {"DefaultResourceSpec": start}
    sagemaker.update_space(**space, SpaceSettings={"JupyterLabAppSettings": chosen})
    settle(lambda: sagemaker.describe_space(**space))
    return ours


@pytest.mark.parametrize("rule", SETTINGS_UPDATES)
def test_a_detached_image_can_be_deleted(attached: Studio, rule: str) -> None:
    attached.aws.options.update({"settings_updates": rule})
    sagemaker = client(attached.aws, "sagemaker")
    domain = sagemaker.describe_domain(DomainId=attached.domain_id)
    reported: list[str] = []
    disabled.detach_disabled_images(settings("torch", force_delete=True), reported.append)
    assert reported == [
        "detached  ours-slim from space alice",
        "detached  ours-slim from user profile alice",
        f"detached  ours-slim from domain {attached.domain_id}",
        "deleted   repository ours/slim",
    ]
    sagemaker.delete_image(ImageName="ours-slim")
    after = sagemaker.describe_domain(DomainId=attached.domain_id)
    (left,) = after["DefaultUserSettings"].pop("JupyterLabAppSettings")["CustomImages"]
    assert left["ImageName"] == "ours-torch"
    del domain["DefaultUserSettings"]["JupyterLabAppSettings"]
    assert after["DefaultUserSettings"] == domain["DefaultUserSettings"]
    space = sagemaker.describe_space(DomainId=attached.domain_id, SpaceName="alice")
    assert space["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"] == {
        "InstanceType": "ml.t3.large",
        "SageMakerImageArn": image_arn(REGION, "ml.t3.large"),
        "SageMakerImageVersionAlias": VERSION_ALIAS,
    }


def test_images_in_ecr_need_force_delete(attached: Studio) -> None:
    before = attached.aws.inventory()
    with pytest.raises(UserError, match=r"ours/slim holds 1 images; `ecr.force_delete = true`"):
        disabled.detach_disabled_images(settings("torch"), print)
    assert attached.aws.inventory() == before


def test_enabled_images_and_those_of_other_deployments_stay(attached: Studio) -> None:
    before = attached.aws.inventory()
    both = {"name": "ours", "image": {"slim": {}, "torch": {}}}
    for wanted in (both, {"name": "our", "image": {}}, {"name": "theirs", "image": {}}):
        disabled.detach_disabled_images(Settings.model_validate(wanted), print)
    assert attached.aws.inventory() == before
