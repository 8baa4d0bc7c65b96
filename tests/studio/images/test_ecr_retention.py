"""A push after which ECR would delete the image of a version is refused."""

import json

import pytest

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.ecr import Ecr, Repository
from studio.images.ecr_retention import check_retention
from tests.emulator.samples import ACCOUNT, REGION, push
from tests.studio.deployed_studio import DeployedStudio

SLIM = Repository("studio/slim", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio/slim")


def check(keep_images: int) -> None:
    images = {"slim": {"keep_versions": 1}}
    settings = Settings.model_validate({"image": images, "ecr": {"keep_images": keep_images}})
    check_retention(Ecr(Aws(REGION)), SLIM, settings, "slim")


@pytest.fixture
def oldest(deployed_studio: DeployedStudio) -> str:
    """The digest of the older one of two images, which is that of version 1."""
    push(deployed_studio.aws, SLIM.name, "1" * 16)
    first, _ = Ecr(Aws(REGION)).pushed(SLIM.name)
    return first


def deploy_policy(deployed_studio: DeployedStudio, keep_images: int) -> None:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep_images}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    deployed_studio.aws.client("ecr").put_lifecycle_policy(
        repositoryName=SLIM.name, lifecyclePolicyText=json.dumps({"rules": [rule]})
    )


def test_the_settings_must_keep_the_image_of_a_version(oldest: str) -> None:
    check(3)
    line = rf"^ecr\.keep_images = 2: after this push ECR would delete \S+@{oldest}, the base image "
    with pytest.raises(UserError, match=line + r"of version 1 of studio-slim: raise ecr\.keep_im"):
        check(2)


def test_the_deployed_policy_must_keep_it_too(oldest: str, deployed_studio: DeployedStudio) -> None:
    deploy_policy(deployed_studio, 3)
    check(9)
    deploy_policy(deployed_studio, 2)
    line = r"ecr\.keep_images = 9, and the deployed lifecycle policy of studio/slim keeps 2: .*"
    with pytest.raises(UserError, match=line + oldest):
        check(9)


@pytest.mark.usefixtures("oldest")
def test_an_image_without_a_version_may_be_deleted(deployed_studio: DeployedStudio) -> None:
    deployed_studio.sagemaker.delete_image_version(ImageName="studio-slim", Version=1)
    check(2)
