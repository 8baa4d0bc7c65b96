"""Spaces: Terraform ignores the users' changes, and status, doctor and stop find the apps."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog import distribution
from studio.connect import key_pair
from tests.clients import new_user
from tests.e2e.client_machine import ClientMachine
from tests.e2e.deployments import NewAccount, Studio
from tests.e2e.sshd import Sshd
from tests.emulator.samples import settled

DISTRIBUTION = {
    "SageMakerImageArn": distribution.image_arn("us-east-1", "ml.t3.large"),
    "SageMakerImageVersionAlias": distribution.VERSION_ALIAS,
}


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory, new_account: NewAccount) -> Studio:
    """A deployment without images: both users connect natively."""
    studio = Studio.in_folder(tmp_path_factory.mktemp("spaces") / "deployment", new_account())
    studio.configure(users=["alice", "bob"], image=False)
    studio.up()
    return studio


def space(it: Studio, name: str) -> dict[str, Any]:
    """The description of a user's space, after its update."""
    key, sagemaker = {"DomainId": it.domain_id(), "SpaceName": name}, it.client("sagemaker")
    return settled(lambda: sagemaker.describe_space(**key))


def person(it: Studio, user: str, sshd: Sshd) -> ClientMachine:
    """The machine of a user with only the deployed client policy. sshd: in the app."""
    state = json.loads((it.folder / "terraform.role.tfstate").read_text())
    policy = state["outputs"]["client_policy_arns"]["value"][user]
    client = ClientMachine(
        home=it.folder / f"home-of-{user}",
        user=user,
        login=sshd.user,
        deployment="studio",
        variables={
            **it.aws.environment,
            "STUDIO_CONFIG": str(it.folder / "studio.toml"),
            "STUDIO_IMAGES": str(it.folder / "image"),
            **new_user(it.client("iam"), user, policy),
        },
    )
    sshd.authorize(key_pair.ensure(client.paths))
    sshd.serve_space(it.aws.url, space(it, user)["SpaceArn"])
    return client


def resources(it: Studio, name: str) -> dict[str, Any]:
    """The resources of a user's apps in the profile."""
    profile = it.client("sagemaker").describe_user_profile(
        DomainId=it.domain_id(), UserProfileName=name
    )
    found: dict[str, Any] = profile["UserSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]
    return found


def test_terraform_ignores_changes_of_a_space(it: Studio, tmp_path: Path) -> None:
    with Sshd(tmp_path / "app") as sshd:
        alice = person(it, "alice", sshd)
        assert alice.connect().splitlines()[-1] == "studio-studio-alice"
        assert alice.ssh(alice.host, "echo in") == "in\n"
        assert it.plan("users") == {}
        alice.studio("stop", "alice")
    # Studio saves the user's choice in the space, before it starts the app.
    chosen = {"DefaultResourceSpec": {"InstanceType": "ml.m5.xlarge"}}
    volume = {"EbsStorageSettings": {"EbsVolumeSizeInGb": 30}}
    settings = {"JupyterLabAppSettings": chosen, "SpaceStorageSettings": volume}
    it.client("sagemaker").update_space(
        DomainId=it.domain_id(), SpaceName="alice", SpaceSettings=settings
    )
    space(it, "alice")
    for name in ("alice", "bob"):
        it.start_app(name, resources(it, name))
    assert it.plan("users") == {}

    # Another machine connects as alice while the apps run.
    machine = 'space = { instance_type = "ml.m5.large", volume_gb = 40 }'
    it.configure(users=["alice", "bob"], image=False, more={"users.alice": machine})
    it.synth()
    plan = it.plan("users")
    assert [address.partition(".")[0] for address in plan] == ["aws_sagemaker_user_profile"]
    assert list(plan.values()) == [["update"]]
    it.apply("users")
    assert it.plan("users") == {}
    assert space(it, "alice")["SpaceSettings"]["RemoteAccess"] == "ENABLED"
    assert resources(it, "alice") == DISTRIBUTION | {"InstanceType": "ml.m5.large"}
    assert resources(it, "bob") == DISTRIBUTION | {"InstanceType": "ml.t3.large"}


def answer(it: Studio, command: str) -> dict[str, Any]:
    """The JSON output of a command, which may fail because this machine lacks VS Code."""
    printed = it.studio(command, "--json", code=(0, 1), only_stdout=True)
    found: dict[str, Any] = json.loads(printed)
    return found


def unmet(it: Studio) -> dict[str, str]:
    """The fix by check of account and deployment that does not pass."""
    return {
        check["name"]: check["fix"]
        for check in answer(it, "doctor")["checks"]
        if check["outcome"] != "pass" and check["scope"] != "client"
    }


def test_status_doctor_and_stop_find_the_apps(it: Studio) -> None:
    """bob started his app in Studio, without remote access."""
    running = {use["user"]: use["status"] for use in answer(it, "status")["uses"]}
    assert running == {"alice": "InService", "bob": "InService"}
    # Only a machine in the VPC can check endpoint-dns.
    assert unmet(it) == {"endpoint-dns": "", "remote-access": "studio stop bob"}
    assert "its volume is kept" in it.studio("stop", "bob")
    assert unmet(it) == {"endpoint-dns": ""}
    running = {use["user"]: use["status"] for use in answer(it, "status")["uses"]}
    assert running == {"alice": "InService", "bob": None}


def test_removing_a_feature_clears_profiles_and_spaces(it: Studio) -> None:
    """An update keeps omitted settings in the emulator, and most likely in AWS."""
    it.studio("stop", "alice")
    it.configure(users=["alice", "bob"], image=False, top='features = ["jobs"]')
    said = it.up()
    for user in ("alice", "bob"):
        assert f"cleared   lifecycle configurations of user profile {user}" in said
    assert "cleared   remote access of space alice" in said
    it.assert_nothing_to_do()
    assert space(it, "alice")["SpaceSettings"]["RemoteAccess"] == "DISABLED"
    configs = it.client("sagemaker").list_studio_lifecycle_configs()
    assert configs["StudioLifecycleConfigs"] == []
