"""Starting and stopping the app of a space, and its image."""

import json

import pytest

from catalog import distribution
from studio.aws import apps
from studio.aws.apps import start_app, stop_app, with_image
from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.spaces import app_of
from studio.errors import StepFailed
from tests.emulator.samples import REGION
from tests.studio.account import create_script
from tests.studio.deployed_studio import DeployedStudio, deny

AWS = Aws(REGION)


def test_an_app_starts_once_with_the_settings_of_its_space(deployed_studio: DeployedStudio) -> None:
    said: list[str] = []
    assert app_of(AWS, deployed_studio.space()) is None
    started = start_app(AWS, deployed_studio.space(), said.append)
    assert (started.status, started.instance_type) == ("InService", "ml.t3.large")
    assert said[-1].startswith("JupyterLab of alice: InService (")
    assert start_app(AWS, deployed_studio.space(), said.append).since == started.since


def test_the_settings_of_the_profile_override_those_of_the_space(
    deployed_studio: DeployedStudio,
) -> None:
    script = create_script(deployed_studio.sagemaker, "ssh")
    deployed_studio.update_profile(
        "alice",
        DefaultResourceSpec={"InstanceType": "ml.m5.large"},
        LifecycleConfigArns=[script],
    )
    assert deployed_studio.space().instance_type == "ml.m5.large"
    assert start_app(AWS, deployed_studio.space(), lambda _: None).instance_type == "ml.m5.large"
    assert "LifecycleConfigArn" not in running(deployed_studio)
    stop_app(AWS, deployed_studio.space(), lambda _: None)
    start_app(AWS, deployed_studio.space(), lambda _: None, ssh_helper=True)
    assert running(deployed_studio)["LifecycleConfigArn"] == script
    assert running(deployed_studio)["InstanceType"] == "ml.m5.large"


def running(deployed_studio: DeployedStudio) -> dict[str, str]:
    """The ResourceSpec of alice's app."""
    described = deployed_studio.sagemaker.describe_app(**deployed_studio.space().app_key)
    resources: dict[str, str] = described["ResourceSpec"]
    return resources


def test_start_waits_until_the_previous_app_has_ended(deployed_studio: DeployedStudio) -> None:
    deployed_studio.sagemaker.delete_app(**deployed_studio.start("alice"))
    assert start_app(AWS, deployed_studio.space(), lambda _: None).status == "InService"


def test_start_uses_the_app_that_another_client_starts_meanwhile(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: object, **__: object) -> dict[str, str]:
        deployed_studio.start("alice", InstanceType="ml.m5.large")
        return {"InstanceType": "ml.t3.large"}

    monkeypatch.setattr(apps, "resources_of", overtaken)
    assert start_app(AWS, deployed_studio.space(), print).instance_type == "ml.m5.large"


@pytest.mark.usefixtures("clock")
def test_start_fails_if_the_space_stays_updating(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"hang": ["space"]})
    key = {"DomainId": deployed_studio.domain_id, "SpaceName": "alice"}
    deployed_studio.sagemaker.update_space(**key, SpaceDisplayName="Alice")
    said: list[str] = []
    line = (
        r"^the space alice is still Updating after 15 minutes; "
        "run the same command again to continue$"
    )
    with pytest.raises(StepFailed, match=line):
        start_app(AWS, deployed_studio.space(), said.append)
    assert said[0] == "space alice: Updating (0 s)"
    assert deployed_studio.sagemaker.list_apps()["Apps"] == []


@pytest.mark.usefixtures("clock")
def test_start_fails_if_the_app_stays_pending(deployed_studio: DeployedStudio) -> None:
    deployed_studio.aws.options.update({"hang": ["app"]})
    with pytest.raises(StepFailed, match="is still Pending after 15 minutes; "):
        start_app(AWS, deployed_studio.space(), lambda _: None)


def test_start_raises_what_aws_denies(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, "sagemaker", "CreateApp")
    with pytest.raises(AwsError, match="CreateApp"):
        start_app(AWS, deployed_studio.space(), lambda _: None)


@pytest.mark.parametrize("readable", [True, False])
def test_start_reports_why_an_app_fails(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch, readable: bool
) -> None:
    deployed_studio.fail_apps("first", "second", "jupyter lab: not found", "exit code 127\n")
    if not readable:
        deny(monkeypatch, "logs", "GetLogEvents")
    log = r"; its log ends: second \| jupyter lab: not found \| exit code 127" if readable else ""
    with pytest.raises(StepFailed, match=rf"alice did not start: [^|;]*assume[^|;]*{log}$"):
        start_app(AWS, deployed_studio.space(), lambda _: None)


def test_a_failed_app_is_replaced_by_the_next_start(deployed_studio: DeployedStudio) -> None:
    role = {"RoleName": "user-alice"}
    trust = deployed_studio.iam.get_role(**role)["Role"]["AssumeRolePolicyDocument"]
    deployed_studio.fail_apps()
    with pytest.raises(StepFailed):
        start_app(AWS, deployed_studio.space(), lambda _: None)
    deployed_studio.iam.update_assume_role_policy(**role, PolicyDocument=json.dumps(trust))
    assert start_app(AWS, deployed_studio.space(), lambda _: None).status == "InService"


@pytest.mark.parametrize("delay", [0, 1_000_000])
def test_stop_ends_an_app_that_starts(deployed_studio: DeployedStudio, delay: int) -> None:
    """Whether AWS refuses to delete a Pending app or not."""
    options, found, said = deployed_studio.aws.options, deployed_studio.space(), list[str]()
    options.update({"hang": ["app"], "app_deletion_delay": delay})

    def report(line: str) -> None:
        said.append(line)
        options.update({"hang": [], "app_deletion_delay": 0})

    spec = {"SageMakerImageArn": distribution.image_arn(REGION, "ml.t3.large")}
    deployed_studio.sagemaker.create_app(**found.app_key, ResourceSpec=spec)
    assert stop_app(AWS, found, report)
    assert ("Pending" in said[0], app_of(AWS, found)) == (delay > 0, None)


def test_stop_waits_for_an_app_that_another_client_deletes(deployed_studio: DeployedStudio) -> None:
    deployed_studio.start("alice")
    lost = {"kind": "lose", "service": "sagemaker", "operation": "DeleteApp", "times": 1}
    deployed_studio.aws.faults.set({"faults": [lost]})
    found = [stop_app(AWS, deployed_studio.space(), lambda _: None) for _ in range(2)]
    assert found == [True, False]


CPU = "arn:aws:sagemaker:us-east-1:885854791233:image/sagemaker-distribution-cpu"
GPU = CPU.replace("cpu", "gpu")
SLIM = {"SageMakerImageArn": "arn:aws:sagemaker:us-east-1:123456789012:image/studio-slim"}
PIN = {
    "SageMakerImageVersionArn": SLIM["SageMakerImageArn"].replace("image", "image-version") + "/1"
}
PUBLISHED = {
    "SageMakerImageArn": CPU,
    "SageMakerImageVersionAlias": distribution.VERSION_ALIAS,
}
OWN_ALIAS = {**SLIM, "SageMakerImageVersionAlias": "stable"}
LARGE, ACCELERATED = {"InstanceType": "ml.t3.large"}, {"InstanceType": "ml.g4dn.xlarge"}
STARTED = {
    "pinned before": ({**PIN, **PUBLISHED}, PUBLISHED),
    "published before": ({**PUBLISHED, **SLIM}, SLIM),
    "pinned now": ({**PUBLISHED, **SLIM, **PIN}, {**SLIM, **PIN}),
    "version alone": (PIN, PIN),
    "no image": (LARGE, LARGE | PUBLISHED),
    "no image, GPU": (ACCELERATED, ACCELERATED | PUBLISHED | {"SageMakerImageArn": GPU}),
    "own alias": (OWN_ALIAS, OWN_ALIAS),
}


@pytest.mark.parametrize(("profile", "started"), STARTED.values(), ids=STARTED)
def test_with_image_adds_a_missing_image_and_removes_the_version_of_another_one(
    profile: dict[str, str], started: dict[str, str]
) -> None:
    assert with_image(profile, "us-east-1") == started
