"""Spaces on a deployed Studio: what others change in them, Terraform leaves alone."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.e2e.deployments import Studio, started

WAYS = {"users.alice": 'connect = "native"', "users.bob": 'connect = "ssh-helper"'}
SECONDS = 60


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A Studio without images; alice connects natively, bob with ssh-helper."""
    with started(tmp_path_factory.mktemp("spaces")) as studio:
        studio.configure(users=["alice", "bob"], image=False, more=WAYS)
        studio.up()
        yield studio


@pytest.fixture
def sagemaker(it: Studio) -> Any:
    where = it.aws.environment
    return boto3.client(
        "sagemaker",
        region_name="us-east-1",
        endpoint_url=where["AWS_ENDPOINT_URL"],
        aws_access_key_id=where["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=where["AWS_SECRET_ACCESS_KEY"],
    )


def space(sagemaker: Any, name: str, status: str = "InService") -> dict[str, Any]:
    """The description of a user's space, once it is settled."""
    (domain,) = sagemaker.list_domains()["Domains"]
    deadline = time.monotonic() + SECONDS
    while True:
        found: dict[str, Any] = sagemaker.describe_space(
            DomainId=domain["DomainId"], SpaceName=name
        )
        if found["Status"] == status:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def update(sagemaker: Any, name: str, **settings: Any) -> None:
    domain = space(sagemaker, name)["DomainId"]
    sagemaker.update_space(DomainId=domain, SpaceName=name, SpaceSettings=settings)
    space(sagemaker, name)


def start_app(sagemaker: Any, name: str) -> dict[str, Any]:
    """Start the space's app as the space says; its description when it runs."""
    found = space(sagemaker, name)
    spec = found["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]
    app = {
        "DomainId": found["DomainId"],
        "SpaceName": name,
        "AppType": "JupyterLab",
        "AppName": "default",
    }
    sagemaker.create_app(**app, ResourceSpec=spec)
    deadline = time.monotonic() + SECONDS
    while True:
        described: dict[str, Any] = sagemaker.describe_app(**app)
        if described["Status"] == "InService":
            return described
        assert described["Status"] == "Pending", described
        assert time.monotonic() < deadline, described
        time.sleep(0.05)


def test_spaces_are_there_and_a_second_plan_is_empty(it: Studio, sagemaker: Any) -> None:
    it.assert_nothing_to_do()
    alice, bob = (space(sagemaker, name) for name in ("alice", "bob"))
    assert alice["OwnershipSettings"] == {"OwnerUserProfileName": "alice"}
    assert alice["SpaceSharingSettings"] == {"SharingType": "Private"}
    profile = sagemaker.describe_user_profile(DomainId=alice["DomainId"], UserProfileName="alice")
    tags = sagemaker.list_tags(ResourceArn=alice["SpaceArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags}["sagemaker:user-profile-arn"] == (
        profile["UserProfileArn"]
    )
    assert "RemoteAccess" not in alice["SpaceSettings"]
    specs = [
        at["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"] for at in (alice, bob)
    ]
    assert specs[0] == {"InstanceType": "ml.t3.large"}
    assert ":studio-lifecycle-config/studio-ssh-bob-" in specs[1]["LifecycleConfigArn"]


def test_what_studio_connect_does_is_nothing_to_terraform(it: Studio, sagemaker: Any) -> None:
    update(sagemaker, "alice", RemoteAccess="ENABLED")
    assert it.plan("users") == {}
    for name in ("alice", "bob"):
        start_app(sagemaker, name)
    assert it.plan("users") == {}


def test_other_settings_change_spaces_alone_and_keep_remote_access(
    it: Studio, sagemaker: Any
) -> None:
    """While the apps run; alice gets another machine, bob connects natively."""
    machine = {"users.alice": 'space.instance_type = "ml.m5.large"'}
    it.configure(users=["alice", "bob"], image=False, more=machine)
    it.synth()
    plan = it.plan("users")
    assert [address.partition(".")[0] for address in plan] == ["aws_sagemaker_space"] * 2
    assert list(plan.values()) == [["update"]] * 2
    it.cdktf("deploy", "users", "--auto-approve", "--ignore-missing-stack-dependencies")
    assert it.plan("users") == {}
    settings = {name: space(sagemaker, name)["SpaceSettings"] for name in ("alice", "bob")}
    specs = {
        name: found["JupyterLabAppSettings"]["DefaultResourceSpec"]
        for name, found in settings.items()
    }
    assert settings["alice"]["RemoteAccess"] == "ENABLED"
    assert specs == {
        "alice": {"InstanceType": "ml.m5.large"},
        "bob": {"InstanceType": "ml.t3.large"},
    }
