"""`studio stop` deletes the app of a user and its nodes."""

import pytest

from settings import Settings, UserError
from studio.aws.client import Aws
from studio.aws.nodes import activations_of
from studio.aws.spaces import app_of
from studio.lifecycle.stop import stop
from tests.emulator.samples import REGION
from tests.studio.account import create_profile, create_space
from tests.studio.deployed_studio import DeployedStudio, deny

AWS = Aws(REGION)


def stopped(deployed_studio: DeployedStudio, user: str) -> list[str]:
    said: list[str] = []
    settings = deployed_studio.settings
    said.append(stop(settings, user, in_state=lambda: None, report=said.append))
    return said


def test_stop_keeps_the_space_and_deletes_only_the_nodes_of_the_user(
    deployed_studio: DeployedStudio,
) -> None:
    deployed_studio.start("alice")
    mine, another = deployed_studio.node("alice"), deployed_studio.node("bob")
    elsewhere = deployed_studio.node("alice", domain_id="d-elsewhere")
    forged = deployed_studio.node("bob", owner="alice")
    deployed_studio.aws.options.update({"speed": 300})
    said = stopped(deployed_studio, "alice")
    assert app_of(AWS, deployed_studio.space()) is None
    assert deployed_studio.space().status == "InService"
    assert sorted(deployed_studio.nodes()) == sorted([another, elsewhere, forged])
    assert activations_of(AWS, deployed_studio.space()) == []
    assert any(line.startswith("JupyterLab of alice: Deleting (") for line in said)
    assert any(line.startswith("JupyterLab of alice: Deleted (") for line in said)
    assert f"deleted   node {mine}" in said
    assert stopped(deployed_studio, "alice") == ["nothing runs in space alice"]


@pytest.mark.parametrize("user", ["", "a/b"])
def test_a_name_that_no_space_can_have_is_refused_before_aws_is_asked(user: str) -> None:
    with pytest.raises(UserError, match=f"^USER = {user}: a user profile's name: 1 to 63 "):
        stop(Settings(), user, in_state=lambda: None, report=lambda _: None)


def test_stop_deletes_an_unused_activation(deployed_studio: DeployedStudio) -> None:
    deployed_studio.node("bob")
    (used,) = activations_of(AWS, deployed_studio.space("bob"))
    deployed_studio.ssm.deregister_managed_instance(InstanceId=deployed_studio.nodes()[0])
    assert f"deleted   activation {used.id}" in stopped(deployed_studio, "bob")
    assert deployed_studio.ssm.describe_activations()["ActivationList"] == []


@pytest.mark.parametrize("operation", ["DescribeActivations", "DeleteActivation"])
def test_stop_without_the_right_to_delete_activations(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    deployed_studio.node("bob")
    deny(monkeypatch, "ssm", operation)
    assert any("remain" in line for line in stopped(deployed_studio, "bob"))
    assert deployed_studio.nodes() == []


def test_stop_without_nodes_does_not_report_activations(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, "ssm", "DescribeActivations")
    assert stopped(deployed_studio, "alice") == ["nothing runs in space alice"]


def test_stop_without_a_space(deployed_studio: DeployedStudio) -> None:
    deployed_studio.settings = Settings.model_validate({"users": {"carol": {}}})
    assert stopped(deployed_studio, "carol") == ["carol has no space, so nothing runs"]


def test_stop_accepts_a_user_who_is_not_in_the_settings(deployed_studio: DeployedStudio) -> None:
    deployed_studio.start("bob")
    deployed_studio.settings = Settings.model_validate({"users": {"alice": {}}})
    stopped(deployed_studio, "bob")
    assert app_of(AWS, deployed_studio.space("bob")) is None
    with pytest.raises(
        UserError,
        match=r"USER = carol: there is no space of that name, there are: alice, bob; .* --allow",
    ):
        stopped(deployed_studio, "carol")


@pytest.mark.parametrize("listed", [True, False])
def test_stop_names_the_spaces_that_a_user_made(
    deployed_studio: DeployedStudio, listed: bool
) -> None:
    role = deployed_studio.iam.get_role(RoleName="user-alice")["Role"]["Arn"]
    sagemaker, domain_id = deployed_studio.sagemaker, deployed_studio.domain_id
    create_profile(sagemaker, domain_id, "carol", ExecutionRole=role)
    create_space(sagemaker, domain_id, "lab", "carol")
    deployed_studio.start("lab")
    node = deployed_studio.node("lab", owner="carol")
    users: dict[str, object] = {"carol": {}} if listed else {}
    deployed_studio.settings = Settings.model_validate({"users": users})
    with pytest.raises(UserError, match=r"^USER = carol: .* carol owns others: `studio stop lab`$"):
        stopped(deployed_studio, "carol")
    assert f"deleted   node {node}" in stopped(deployed_studio, "lab")
    assert app_of(AWS, deployed_studio.space("lab")) is None
