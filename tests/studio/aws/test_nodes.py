"""Managed nodes and activations: their users, and their deletion."""

from studio.aws.client import Aws
from studio.aws.nodes import (
    activations_of,
    delete_domain_registrations,
    delete_registrations,
    list_registrations,
    nodes_of,
)
from tests.emulator.samples import REGION
from tests.studio.account import Studio, activate, left_of
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)


def test_a_node_belongs_to_a_user_by_its_tag_and_its_space(deployed_studio: DeployedStudio) -> None:
    first, second = deployed_studio.node("alice"), deployed_studio.node("alice")
    deployed_studio.node("bob")
    deployed_studio.node("bob", owner="alice")
    deployed_studio.node("alice", domain_id="d-elsewhere")
    found = nodes_of(AWS, "alice", deployed_studio.space())
    assert {node.id for node in found} == {first, second}
    assert [node.since for node in found] == sorted(node.since for node in found)
    assert all(node.is_node for node in found)
    assert len(activations_of(AWS, "alice", deployed_studio.space())) == 2


def test_registrations_can_be_deleted_twice(deployed_studio: DeployedStudio) -> None:
    deployed_studio.node("alice")
    found = list_registrations(AWS)
    assert len(found) == 2
    said: list[str] = []
    for _ in range(2):
        delete_registrations(AWS, found, said.append)
    assert [line.split()[1] for line in said] == ["activation", "node"]
    assert list_registrations(AWS) == []


def test_delete_domain_registrations_deletes_those_of_one_domain(
    ours: Studio, theirs: Studio
) -> None:
    mine = [ours.node("alice"), ours.node("bob", registered=False)]
    job = activate(ours.aws, "ours", True, SSHOwner="alice", SSHResourceArn="training-job/one")
    delete_domain_registrations(AWS, ours.domain_id, lambda _: None)
    assert left_of(ours.aws, *mine) == []
    assert left_of(ours.aws, job) == [f"managed-instance {job}"]
    assert {one.domain_id for one in list_registrations(AWS)} == {theirs.domain_id}
