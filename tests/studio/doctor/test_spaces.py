"""Starting and stopping an app, and the nodes that it leaves."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from scripts import stop
from settings import Settings, UserError
from studio.aws import domains
from studio.aws.apps import start_app, stop_app
from studio.aws.client import Aws
from studio.aws.domains import find_domain
from studio.aws.nodes import activations_of, nodes_of
from studio.aws.spaces import Space, app_of, space_of
from studio.errors import StepFailed
from studio.lifecycle.stop import end_app
from tests.emulator.samples import REGION, document, trust
from tests.studio.deployed_studio import World, deny, settle

AWS = Aws(REGION)


def space(world: World, user: str = "alice") -> Space:
    found = space_of(AWS, domain_id=world.domain_id, user=user)
    assert found is not None
    return found


def stopped(world: World, user: str) -> list[str]:
    said: list[str] = []
    end_app(AWS, user, domain_id=world.domain_id, report=said.append)
    return said


def test_a_space_as_it_is(world: World) -> None:
    found = space(world)
    assert (found.name, found.user, found.region) == ("alice", "alice", REGION)
    assert (found.status, found.app_type, found.instance_type) == (
        "InService",
        "JupyterLab",
        "ml.t3.large",
    )
    assert not found.remote_access
    world.sagemaker.update_space(
        DomainId=world.domain_id, SpaceName="alice", SpaceSettings={"RemoteAccess": "ENABLED"}
    )
    assert space(world).remote_access
    assert space_of(AWS, domain_id=world.domain_id, user="carol") is None


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


def test_stop_keeps_the_space_and_removes_the_users_nodes_alone(world: World) -> None:
    world.start("alice")
    mine, another = world.node("alice"), world.node("bob")
    elsewhere = world.node("alice", domain_id="d-elsewhere")
    forged = world.node("bob", owner="alice")
    assert [node.id for node in nodes_of(AWS, "alice", space(world))] == [mine]
    world.aws.options.update({"speed": 300})
    said = stopped(world, "alice")
    assert app_of(AWS, space(world)) is None
    assert space(world).status == "InService"
    assert sorted(world.nodes()) == sorted([another, elsewhere, forged])
    assert activations_of(AWS, "alice", space(world)) == []
    assert any("is ending: Deleting" in line for line in said)
    assert f"deleted   node {mine}" in said
    assert stopped(world, "alice") == ["nothing runs in the space of alice"]


def test_stop_deletes_an_activation_that_no_node_has_used(world: World) -> None:
    world.node("bob")
    (used,) = activations_of(AWS, "bob", space(world, "bob"))
    world.ssm.deregister_managed_instance(InstanceId=world.nodes()[0])
    assert f"deleted   activation {used.id}" in stopped(world, "bob")
    assert world.ssm.describe_activations()["ActivationList"] == []


@pytest.mark.parametrize("operation", ["DescribeActivations", "DeleteActivation"])
def test_stop_without_the_right_to_delete_activations(
    world: World, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    world.node("bob")
    deny(monkeypatch, "ssm", operation)
    assert any("stay" in line for line in stopped(world, "bob"))
    assert world.nodes() == []


def test_stop_without_a_space(world: World) -> None:
    assert stopped(world, "carol") == ["carol has no space, so nothing runs"]


def test_stop_of_what_has_ended_since(world: World) -> None:
    found = space(world)
    assert not stop_app(AWS, found, lambda _: None)
    world.sagemaker.delete_app(**world.start("alice"))
    assert isinstance(stop_app(AWS, found, lambda _: None), bool)
    assert app_of(AWS, found) is None


@pytest.mark.usefixtures("entered")
def test_nothing_deployed_names_the_command(settings: Settings) -> None:
    with pytest.raises(UserError, match="run `studio up` first"):
        find_domain(AWS, settings.name)


def test_of_domains_with_one_name_the_state_knows_the_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domains, "domain_ids", lambda _aws, _name: ["d-1", "d-2"])
    assert find_domain(AWS, "team", in_state=lambda: "d-2") == "d-2"
    for known in (None, "d-3"):
        with pytest.raises(UserError, match="several domains have that name: d-1, d-2"):
            find_domain(AWS, "team", in_state=lambda known=known: known)  # type: ignore[misc]


def test_who_has_left_the_settings_is_stopped_too(world: World, tmp_path: Path) -> None:
    world.start("bob")
    left = world.settings.model_copy(update={"users": {"alice": world.settings.users["alice"]}})

    def run(user: str) -> int:
        return stop.run(argparse.Namespace(user=user, out=tmp_path / "cdktf.out"), left)

    assert run("bob") == 0
    assert app_of(AWS, space(world, "bob")) is None
    with pytest.raises(UserError, match="USER = carol: a user of studio"):
        run("carol")
