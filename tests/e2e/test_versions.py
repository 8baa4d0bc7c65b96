"""A deployment with an image: a lost state, another user, and several image versions."""

import os
import re
import tomllib
from collections.abc import Mapping

import pytest

from studio.terraform.state.folder import Folder
from tests.e2e.deployments import SECONDS, NewAccount, Studio
from tests.emulator.samples import settled
from tests.emulator.sessions.channels import eventually

USERS = ("alice", "bob")


class Aws:
    """The deployment's resources in the emulated SageMaker."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.client = studio, studio.client("sagemaker")

    def versions(self) -> dict[int, str]:
        listed = self.client.list_image_versions(ImageName="studio-tiny")["ImageVersions"]
        return {item["Version"]: item["ImageVersionStatus"] for item in listed}

    def attached(self) -> dict[str, int]:
        """The version in each user's profile; 0 is the newest."""
        domain_id = self.studio.domain_id()
        return {
            user: self.client.describe_user_profile(DomainId=domain_id, UserProfileName=user)[
                "UserSettings"
            ]["JupyterLabAppSettings"]["CustomImages"][0].get("ImageVersionNumber", 0)
            for user in USERS
        }

    def start_app(self, version: int) -> dict[str, str]:
        """Start JupyterLab in a space of alice; returns the key of the app."""
        found = self.client.describe_image_version(ImageName="studio-tiny", Version=version)
        self.studio.create_space("lab", owner="alice")
        resources = {
            "SageMakerImageArn": found["ImageArn"],
            "SageMakerImageVersionArn": found["ImageVersionArn"],
            "InstanceType": "ml.t3.large",
        }
        return self.studio.start_app("lab", resources)

    def stop_app(self, app: Mapping[str, str]) -> None:
        self.client.delete_app(**app)
        settled(lambda: self.client.describe_app(**app))
        self.client.delete_space(DomainId=app["DomainId"], SpaceName=app["SpaceName"])


def profiles_changed(it: Studio) -> set[str]:
    """The users whose profiles Terraform would change. Asserts that it changes nothing else."""
    found = it.changes()
    assert set(found) == {"users"}
    assert set(map(tuple, found["users"].values())) == {("update",)}
    names = [re.match(r"aws_sagemaker_user_profile\.user-([a-z]+)_", at) for at in found["users"]]
    assert None not in names
    return {name[1] for name in names if name}


def listed(it: Studio) -> list[list[str]]:
    """The cells of `studio image list`, without the header."""
    lines = it.run("studio", "image", "list", only_stdout=True).splitlines()[1:]
    return [re.split(r" {2,}", line) for line in lines]


def write(it: Studio, note: str) -> None:
    (it.folder / "image" / "tiny" / "note").write_text(note)


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory, new_account: NewAccount) -> Studio:
    """A deployment for alice with the image tiny, which all tests use in their order."""
    studio = Studio.in_folder(tmp_path_factory.mktemp("versions") / "deployment", new_account())
    studio.configure(users=["alice"], image=True)
    printed = studio.up()
    if os.environ.get("CI") == "true":
        assert "building for linux/amd64 with" in printed
    return studio


def test_a_lost_state_is_imported(it: Studio) -> None:
    """`studio state adopt` imports all resources, and the next `up` loses nothing."""
    before, there = addresses(it), it.aws.inventory()
    for state in it.folder.glob("terraform.*.tfstate*"):
        state.unlink()
    printed = it.studio("state", "adopt")
    assert it.aws.inventory() == there
    assert "not imported" not in printed
    assert addresses(it) == before
    it.up()
    assert it.aws.inventory() == there


def addresses(it: Studio) -> dict[str, list[str]]:
    """The addresses by stack."""
    folder = Folder(it.folder)
    states = {stack: folder.read(stack) for stack in folder.stacks()}
    return {
        stack: sorted(resource.address for resource in state.resources)
        for stack, state in states.items()
        if state is not None
    }


def test_another_user_changes_no_other_user(it: Studio) -> None:
    it.configure(users=USERS, image=True)
    it.synth()
    for stack in ("network", "ecr", "image", "domain"):
        assert it.plan(stack) == {}
    for stack in ("role", "users"):
        plan = it.plan(stack)
        assert plan
        assert {address: actions for address, actions in plan.items() if "bob" not in address} == {}
        assert set(map(tuple, plan.values())) == {("create",)}
        it.apply(stack)


def test_users_run_different_versions(it: Studio) -> None:
    record = it.folder / "studio.versions.toml"
    aws = Aws(it)
    (first,) = tomllib.loads(record.read_text())["tiny"]
    assert first["versions"] == [1]
    app = aws.start_app(1)
    running = aws.client.describe_app(**app)["ResourceSpec"]

    write(it, "two\n")
    it.run("studio", "push")
    made = it.changes()
    assert set(made) == {"image"}
    assert sorted(made["image"].values()) == [["create"], ["forget"]]
    it.up()
    assert aws.versions() == {1: "CREATED", 2: "CREATED"}
    assert aws.attached() == {"alice": 0, "bob": 0}
    assert aws.client.describe_app(**app)["ResourceSpec"] == running
    assert aws.client.describe_app(**app)["Status"] == "InService"
    assert it.changes() == {}

    pinned = {"image.tiny": f'version = "{first["tag"]}"', "users.bob": 'connect = "ssh-helper"'}
    it.configure(users=USERS, image=True, more=pinned)
    assert profiles_changed(it) == {"alice", "bob"}
    it.apply("users")
    assert aws.attached() == {"alice": 1, "bob": 1}
    newest, oldest = listed(it)
    assert newest[1:3] == ["2", "CREATED"]
    assert newest[3].endswith("*")
    assert newest[5] == "domain studio"
    assert oldest[1:4] == ["1", "CREATED", first["tag"]]
    assert oldest[4] == first["digest"][: len(oldest[4])]
    assert oldest[5] == "app lab/JupyterLab, user alice, user bob"

    alice_alone = {"users.alice": "versions = { tiny = 1 }"}
    it.configure(users=USERS, image=True, more=alice_alone)
    assert profiles_changed(it) == {"bob"}
    # AWS may keep omitted settings, which Terraform's provider cannot clear.
    cleared = "cleared   default lifecycle configuration, image version of user profile bob"
    assert cleared in it.up()
    assert aws.attached() == {"alice": 1, "bob": 0}
    assert it.changes() == {}

    write(it, "one\n")
    assert profiles_changed(it) == {"bob"}
    write(it, "two\n")
    assert it.changes() == {}

    write(it, "three\n")
    keep_one = {"image.tiny": "keep_versions = 1", **alice_alone}
    it.configure(users=USERS, image=True, more=keep_one)
    it.aws.ask("settings", {"fail_images": ["studio-tiny"]})
    it.up(code=1)
    assert aws.versions() == {1: "CREATED", 2: "CREATED", 3: "CREATE_FAILED"}
    # Back to the last version that works, which the failed run removed from state: it is imported,
    # not created again. The failed version is removed from state.
    write(it, "two\n")
    it.studio("image", "record")
    removed = it.changes()
    assert set(removed) == {"image"}
    assert list(removed["image"].values()) == [["forget"]]
    assert made["image"].keys().isdisjoint(removed["image"])
    write(it, "three\n")
    printed = it.up()
    assert eventually(lambda: sorted(aws.versions()) == [1, 4], seconds=SECONDS)
    assert "deleted   version 2 of studio-tiny" in printed
    assert "kept      version 1 of studio-tiny, which is in use" in printed
    assert aws.attached() == {"alice": 1, "bob": 0}
    assert aws.client.describe_app(**app)["Status"] == "InService"
    assert it.changes() == {}
    assert [line[1] for line in listed(it) if line[1] != "-"] == ["4", "1"]
    aws.stop_app(app)
    it.down()
    assert it.aws.inventory() == []
    assert not record.exists()
