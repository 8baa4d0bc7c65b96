"""The space of a user, and its app."""

from typing import Any

import pytest

from studio.aws import spaces
from studio.aws.client import Aws
from studio.aws.spaces import app_of, enable_remote_access, space_of
from tests.emulator.samples import REGION, settled
from tests.studio.account import create_space
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)


def test_space_of_reads_the_space(deployed_studio: DeployedStudio) -> None:
    found = deployed_studio.space()
    assert (found.name, found.user, found.region) == ("alice", "alice", REGION)
    assert (found.status, found.app_type, found.instance_type) == (
        "InService",
        "JupyterLab",
        "ml.t3.large",
    )
    assert not found.remote_access
    enable_remote_access(AWS, found)
    assert deployed_studio.space().remote_access
    create_space(deployed_studio.sagemaker, deployed_studio.domain_id, "another", "alice")
    assert deployed_studio.space().name == "alice"
    assert space_of(AWS, domain_id=deployed_studio.domain_id, user="carol") is None


def test_app_of_ignores_an_app_that_has_ended(deployed_studio: DeployedStudio) -> None:
    assert app_of(AWS, deployed_studio.space()) is None
    key = deployed_studio.start("alice")
    found = app_of(AWS, deployed_studio.space())
    assert found is not None
    assert found.status == "InService"
    deployed_studio.aws.options.update({"speed": 1_000_000})
    deployed_studio.sagemaker.delete_app(**key)
    settled(lambda: deployed_studio.sagemaker.describe_app(**key))
    assert app_of(AWS, deployed_studio.space()) is None


LARGE, M5 = {"InstanceType": "ml.t3.large"}, {"InstanceType": "ml.m5.large"}
SLIM, OWN = {"SageMakerImageArn": "arn:slim"}, {"SageMakerImageArn": "arn:own"}
VERSION, SCRIPT = {"SageMakerImageVersionArn": "arn:own/1"}, {"LifecycleConfigArn": "arn:ssh"}


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        ({}, ("ml.t3.large", "arn:slim", None, False)),
        ({"DefaultResourceSpec": M5}, ("ml.m5.large", "arn:slim", None, False)),
        ({"DefaultResourceSpec": M5 | OWN}, ("ml.m5.large", "arn:own", None, False)),
        ({"DefaultResourceSpec": VERSION | OWN}, ("ml.t3.large", "arn:own/1", None, False)),
        ({"LifecycleConfigArns": ["arn:ssh"]}, ("ml.t3.large", "arn:slim", "arn:ssh", False)),
        ({"DefaultResourceSpec": SCRIPT | M5}, ("ml.m5.large", "arn:slim", "arn:ssh", True)),
    ],
)
def test_the_space_has_what_the_profile_omits(
    monkeypatch: pytest.MonkeyPatch,
    profile: dict[str, Any],
    found: tuple[str | None, str, str | None, bool],
) -> None:
    described = {
        "SpaceName": "alice",
        "SpaceArn": "arn:space",
        "Status": "InService",
        "OwnershipSettings": {"OwnerUserProfileName": "alice"},
        "SpaceSettings": {"JupyterLabAppSettings": {"DefaultResourceSpec": LARGE | SLIM}},
    }
    monkeypatch.setattr(spaces, "describe_space", lambda *_: described)
    of_other_apps = {"DefaultResourceSpec": {"InstanceType": "ml.c5.large"}}
    settings = {"JupyterLabAppSettings": profile, "CodeEditorAppSettings": of_other_apps}
    profiles = {"alice": {"UserSettings": settings}}
    space = space_of(AWS, domain_id="d-abc", user="alice", profiles=profiles)
    assert space is not None
    assert (space.instance_type, space.image, space.script, space.starts_script) == found
