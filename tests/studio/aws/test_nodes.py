"""Managed nodes and activations: their users, their deletion, and commands on a node."""

from datetime import UTC, datetime
from unittest.mock import MagicMock

import pytest

from studio.aws import waiting
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.nodes import (
    Registration,
    activations_of,
    delete_domain_registrations,
    delete_registrations,
    list_registrations,
    nodes_of,
    run_commands,
)
from studio.errors import StepFailed
from tests.emulator.samples import REGION
from tests.studio.account import Studio, activate, left_of
from tests.studio.deployed_studio import DeployedStudio

AWS = Aws(REGION)


def test_a_node_belongs_to_a_user_by_its_tag_and_its_space(deployed_studio: DeployedStudio) -> None:
    first, second = deployed_studio.node("alice"), deployed_studio.node("alice")
    deployed_studio.node("bob")
    deployed_studio.node("bob", owner="alice")
    deployed_studio.node("alice", domain_id="d-elsewhere")
    found = nodes_of(AWS, deployed_studio.space())
    assert {node.id for node in found} == {first, second}
    assert [node.since for node in found] == sorted(node.since for node in found)
    assert all(node.is_node for node in found)
    assert len(activations_of(AWS, deployed_studio.space())) == 2


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


NODE = Registration(
    id="mi-0123456789abcdef0",
    is_node=True,
    domain_id="d-abc",
    space="alice",
    owner="alice",
    status="Online",
    since=datetime(2026, 11, 1, tzinfo=UTC),
)
UNKNOWN = AwsError("not yet", response={"Error": {"Code": "InvocationDoesNotExist"}})


def run(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, str] | AwsError) -> str:
    """What Systems Manager answers one after another about the command."""
    ssm = MagicMock()
    ssm.get_command_invocation.side_effect = answers
    monkeypatch.setattr(Aws, "client", lambda *_: ssm)
    monkeypatch.setattr(waiting, "_FIRST_PAUSE", 0.0)
    return run_commands(Aws("us-east-1"), NODE, ["echo hello"])


def test_run_commands_waits_for_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    done = {"Status": "Success", "StandardOutputContent": "hello\n"}
    assert run(monkeypatch, UNKNOWN, {"Status": "InProgress"}, done) == "hello\n"


def test_a_command_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"Status": "Failed", "StandardErrorContent": "no such file"}
    with pytest.raises(StepFailed, match=r"mi-0123456789abcdef0: .* as Failed: no such file"):
        run(monkeypatch, failed)


def test_run_commands_raises_a_denied_call(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = AwsError("denied", response={"Error": {"Code": "AccessDeniedException"}})
    with pytest.raises(AwsError, match="denied"):
        run(monkeypatch, denied)
