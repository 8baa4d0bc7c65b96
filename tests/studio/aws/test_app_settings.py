"""The requests that clear settings of apps: they hold all other settings of an app type."""

from typing import Any

import pytest

from catalog.distribution import VERSION_ALIAS, image_arn
from studio.aws.app_settings import (
    SPEC,
    SettingsUpdate,
    cleared_settings,
    named_scripts,
    send,
    update_settings,
    without_images,
    without_script,
)
from studio.aws.client import Aws
from studio.aws.domain_resources import PROFILES, SPACES, list_resources
from studio.aws.errors import AwsError
from studio.errors import StepFailed
from tests.studio.deployed_studio import DeployedStudio, deny

REGION = "us-east-1"
ARN = "arn:aws:sagemaker:us-east-1:123456789012"
SCRIPT = f"{ARN}:studio-lifecycle-config/ssh"
SLIM = {"SageMakerImageArn": f"{ARN}:image/lab-slim"}
VERSION = {"SageMakerImageVersionArn": f"{ARN}:image-version/lab-slim/1"}
PUBLISHED = {
    "SageMakerImageArn": image_arn(REGION, "ml.t3.large"),
    "SageMakerImageVersionAlias": VERSION_ALIAS,
}
LARGE = {"InstanceType": "ml.t3.large"}


def custom(*names: str) -> list[dict[str, str]]:
    return [{"ImageName": name, "AppImageConfigName": name} for name in names]


@pytest.mark.parametrize(
    ("held", "written", "update", "cleared"),
    [
        ({SPEC: LARGE | PUBLISHED}, {SPEC: PUBLISHED}, {}, ()),
        (
            {"CustomImages": custom("slim"), "LifecycleConfigArns": [SCRIPT], SPEC: LARGE},
            {"LifecycleConfigArns": [SCRIPT]},
            {"CustomImages": [], "LifecycleConfigArns": [SCRIPT], SPEC: LARGE},
            ("custom images",),
        ),
        (
            {SPEC: LARGE | SLIM | VERSION | {"LifecycleConfigArn": SCRIPT}},
            {SPEC: SLIM | {"LifecycleConfigArn": SCRIPT}},
            {
                SPEC: LARGE
                | SLIM
                | {"SageMakerImageVersionArn": "None", "LifecycleConfigArn": SCRIPT}
            },
            ("image version",),
        ),
        ({SPEC: SLIM}, {SPEC: PUBLISHED}, {SPEC: PUBLISHED}, ("image of an earlier setting",)),
        (
            {SPEC: PUBLISHED},
            {SPEC: SLIM},
            {SPEC: {"SageMakerImageArn": PUBLISHED["SageMakerImageArn"]}},
            ("alias of the image version",),
        ),
        ({SPEC: SLIM | {"SageMakerImageVersionAlias": "stable"}}, {SPEC: SLIM}, {}, ()),
    ],
    ids=["same", "lists", "version", "image with an alias", "alias", "alias of an own image"],
)
def test_members_that_terraform_does_not_write_are_cleared(
    held: dict[str, Any], written: dict[str, Any], update: dict[str, Any], cleared: tuple[str, ...]
) -> None:
    assert cleared_settings(held, written) == (update, cleared)


@pytest.mark.parametrize(
    ("held", "region", "left"),
    [
        ({"CustomImages": custom("lab-torch"), SPEC: LARGE}, REGION, {}),
        (
            {"CustomImages": custom("lab-Slim", "lab-torch"), SPEC: LARGE},
            REGION,
            {"CustomImages": custom("lab-torch"), SPEC: LARGE},
        ),
        (
            {SPEC: LARGE | SLIM | VERSION},
            REGION,
            {SPEC: LARGE | PUBLISHED | {"SageMakerImageVersionArn": "None"}},
        ),
        ({SPEC: LARGE | SLIM}, "mx-central-1", {SPEC: LARGE}),
    ],
    ids=["other image", "custom image", "default image", "region without a distribution"],
)
def test_sagemaker_distribution_replaces_a_detached_image(
    held: dict[str, Any], region: str, left: dict[str, Any]
) -> None:
    assert without_images(held, ["lab-Slim"], region=region) == left


def test_scripts_are_found_and_cleared() -> None:
    held = {SPEC: LARGE | {"LifecycleConfigArn": SCRIPT}, "LifecycleConfigArns": ["one", "two"]}
    assert without_script(held) == held | {SPEC: LARGE | {"LifecycleConfigArn": "None"}}
    described = [{"UserSettings": {"JupyterLabAppSettings": held}}, {"Spaces": [[]]}]
    assert named_scripts(described) == {SCRIPT, "one", "two"}


def test_an_update_fails_while_the_app_runs_or_if_aws_denies_it(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = Aws(REGION)
    deployed_studio.start("alice")
    space = list_resources(aws, SPACES, deployed_studio.domain_id)[0]
    changes = {"SpaceSettings": {"RemoteAccess": "ENABLED"}}
    with pytest.raises(StepFailed, match=r"ResourceInUse.*: stop the app with `studio stop"):
        update_settings(aws, SPACES, space, changes, print)
    deny(monkeypatch, "sagemaker", "UpdateSpace")
    with pytest.raises(AwsError, match="not authorized"):
        update_settings(aws, SPACES, space, changes, print)


def test_an_update_is_sent_and_waited_for(deployed_studio: DeployedStudio) -> None:
    aws = Aws(REGION)
    alice, _ = list_resources(aws, PROFILES, deployed_studio.domain_id)
    settings = {"JupyterLabAppSettings": {SPEC: LARGE, "CustomImages": []}}
    update = SettingsUpdate(
        kind=PROFILES,
        resource=alice,
        member="UserSettings",
        settings=settings,
        cleared=("custom images",),
    )
    reported: list[str] = []
    deployed_studio.aws.options.update({"speed": 100})
    send(aws, update, reported.append)
    held = deployed_studio.sagemaker.describe_user_profile(**dict(alice.key))
    assert held["Status"] == "InService"
    assert held["UserSettings"]["JupyterLabAppSettings"][SPEC] == LARGE
    assert reported == ["cleared   custom images of user profile alice"]
