"""Stopping a user's app, and removing the nodes that it registered."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from scripts import stop
from settings import UserError
from studio.aws.client import Aws
from studio.aws.nodes import activations_of, nodes_of
from studio.aws.spaces import Space, app_of, space_of
from studio.lifecycle.stop import end_app
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import World, deny

AWS = Aws(REGION)


def space(world: World, user: str = "alice") -> Space:
    found = space_of(AWS, domain_id=world.domain_id, user=user)
    assert found is not None
    return found


def stopped(world: World, user: str) -> list[str]:
    said: list[str] = []
    end_app(AWS, user, domain_id=world.domain_id, report=said.append)
    return said


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


def test_who_has_left_the_settings_is_stopped_too(world: World, tmp_path: Path) -> None:
    world.start("bob")
    left = world.settings.model_copy(update={"users": {"alice": world.settings.users["alice"]}})

    def run(user: str) -> int:
        return stop.run(argparse.Namespace(user=user, out=tmp_path / "cdktf.out"), left)

    assert run("bob") == 0
    assert app_of(AWS, space(world, "bob")) is None
    with pytest.raises(UserError, match="USER = carol: a user of studio"):
        run("carol")
