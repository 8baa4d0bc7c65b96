"""Starting and stopping the app of a space."""

from __future__ import annotations

import pytest

from studio.aws.apps import start_app, stop_app
from studio.aws.client import Aws
from studio.aws.spaces import Space, app_of, space_of
from studio.errors import StepFailed
from tests.emulator.samples import REGION, document, trust
from tests.studio.deployed_studio import World, settle

AWS = Aws(REGION)


def space(world: World, user: str = "alice") -> Space:
    found = space_of(AWS, domain_id=world.domain_id, user=user)
    assert found is not None
    return found


def test_an_app_is_started_once_with_what_its_space_says(world: World) -> None:
    said: list[str] = []
    assert app_of(AWS, space(world)) is None
    started = start_app(AWS, space(world), said.append)
    assert (started.status, started.instance_type) == ("InService", "ml.t3.large")
    assert said[-1].startswith("JupyterLab of alice is starting: InService (")
    assert start_app(AWS, space(world), said.append).since == started.since


def test_the_settings_on_the_profile_count_before_what_studio_keeps_in_the_space(
    world: World,
) -> None:
    script = world.sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="ssh",
        StudioLifecycleConfigContent="c3No",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    profile = {"DomainId": world.domain_id, "UserProfileName": "alice"}
    start = {
        "DefaultResourceSpec": {"InstanceType": "ml.m5.large"},
        "LifecycleConfigArns": [script],
    }
    world.sagemaker.update_user_profile(**profile, UserSettings={"JupyterLabAppSettings": start})
    settle(lambda: str(world.sagemaker.describe_user_profile(**profile)["Status"]))
    assert space(world).instance_type == "ml.m5.large"
    assert start_app(AWS, space(world), lambda _: None).instance_type == "ml.m5.large"
    assert "LifecycleConfigArn" not in running(world)
    stop_app(AWS, space(world), lambda _: None)
    start_app(AWS, space(world), lambda _: None, ssh_helper=True)
    assert running(world)["LifecycleConfigArn"] == script
    assert running(world)["InstanceType"] == "ml.m5.large"


def running(world: World) -> dict[str, str]:
    """What alice's app runs with."""
    described = world.sagemaker.describe_app(
        DomainId=world.domain_id, SpaceName="alice", AppType="JupyterLab", AppName="default"
    )
    resources: dict[str, str] = described["ResourceSpec"]
    return resources


def test_an_app_that_ends_is_waited_for_and_started_again(world: World) -> None:
    world.sagemaker.delete_app(**world.start("alice"))
    # As on AWS, where ending an app takes minutes.
    assert start_app(AWS, space(world), lambda _: None).status == "InService"


def test_an_app_starts_as_soon_as_its_space_has_changed(world: World) -> None:
    world.aws.options.update({"speed": 100})
    world.sagemaker.update_space(
        DomainId=world.domain_id, SpaceName="alice", SpaceSettings={"RemoteAccess": "ENABLED"}
    )
    world.aws.options.update({"speed": 1000})
    assert start_app(AWS, space(world), lambda _: None).status == "InService"


def test_an_app_that_fails_says_why(world: World) -> None:
    world.iam.update_assume_role_policy(
        RoleName="user-alice", PolicyDocument=document(trust("ec2.amazonaws.com"))
    )
    with pytest.raises(StepFailed, match=r"alice did not start: .*assume"):
        start_app(AWS, space(world), lambda _: None)


def test_stop_of_what_has_ended_since(world: World) -> None:
    found = space(world)
    assert not stop_app(AWS, found, lambda _: None)
    world.sagemaker.delete_app(**world.start("alice"))
    assert isinstance(stop_app(AWS, found, lambda _: None), bool)
    assert app_of(AWS, found) is None
