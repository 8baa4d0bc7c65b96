"""Apps as processes or containers: which one starts, its log, its end."""

from dataclasses import replace
from typing import Any

import psutil
import pytest

from studio_emulator.runtime import running_apps
from studio_emulator.runtime.engine import EngineError
from studio_emulator.server import Emulator
from studio_emulator.studio import app_runtime
from tests.e2e.small_studio import SmallStudio
from tests.emulator.control_plane import REGION, ControlPlane
from tests.emulator.runtime.running import DETACHED, USER, app_of, failure, gone, run
from tests.emulator.samples import allow, document
from tests.emulator.sessions.channels import Channel, closed, eventually

Started = dict[str, dict[str, str]]
"""The variables of the apps that start as processes, by space."""


@pytest.fixture
def started(studio: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Started:
    """This machine has no container engine."""
    found: Started = {}

    def refuse() -> None:
        raise EngineError("none of docker, podman is on PATH")

    monkeypatch.setattr(running_apps, "start", found.__setitem__)
    monkeypatch.setattr(running_apps, "find_engine", refuse)
    logs = document(allow("logs:*"))
    studio.call.backend("iam").put_role_policy("studio", "logs", logs)
    return found


def space_arn(studio: ControlPlane, domain_id: str) -> str:
    return str(studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"])


def log(aws: Emulator, domain_id: str) -> list[str]:
    """The lines of the app's log."""
    stream = {"logStreamName": f"{domain_id}/lab/JupyterLab/default"}
    client = aws.client("logs", region=REGION)
    found = client.get_log_events(logGroupName="/aws/sagemaker/studio", **stream)["events"]
    return [event["message"] for event in found]


@pytest.mark.parametrize(
    ("apps", "has_engine", "reason"),
    [
        ("processes", True, ""),
        ("auto", False, " No container: none of docker, podman is on PATH."),
        ("containers", True, " SageMaker's own images are not in the emulator's registry."),
    ],
)
def test_log_explains_that_the_image_does_not_run(
    aws: Emulator,
    studio: ControlPlane,
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
    apps: str,
    has_engine: bool,
    reason: str,
) -> None:
    if has_engine:
        monkeypatch.setattr(running_apps, "find_engine", lambda: None)
    studio.options.update({"apps": apps})
    domain_id = studio.running_space()
    assert list(started) == [space_arn(studio, domain_id)]
    (line,) = log(aws, domain_id)
    assert "process of the emulator's machine in an empty home directory" in line
    assert line.endswith(f"lifecycle configurations do not run.{reason}")


def test_variables_of_an_app_have_no_credentials(studio: ControlPlane, started: Started) -> None:
    studio.options.update({"apps": "processes"})
    studio.call = replace(studio.call, endpoint_url="http://127.0.0.1:5000")
    studio.running_space()
    (variables,) = started.values()
    assert variables["SAGEMAKER_APP_TYPE"] == "JupyterLab"
    assert {name: value for name, value in variables.items() if name.startswith("AWS_")} == {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_log_requires_permissions_of_the_execution_role(
    aws: Emulator, studio: ControlPlane, started: Started
) -> None:
    studio.options.update({"apps": "processes"})
    studio.call.backend("iam").delete_role_policy("studio", "logs")
    studio.running_space()
    assert len(started) == 1
    assert aws.client("logs", region=REGION).describe_log_groups()["logGroups"] == []


def test_app_fails_without_a_container_engine(studio: ControlPlane, started: Started) -> None:
    studio.options.update({"apps": "containers"})
    app = studio.DescribeApp(**studio.app_key(studio.running_space()))
    assert (app["Status"], started) == ("Failed", {})
    assert "No container: none of docker, podman is on PATH." in app["FailureReason"]


@pytest.mark.usefixtures("started")
def test_app_is_pending_until_its_container_runs(
    studio: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = ["lab"]
    monkeypatch.setattr(running_apps, "find_engine", lambda: None)
    monkeypatch.setattr(running_apps, "start_container", lambda *_, **__: None)
    monkeypatch.setattr(running_apps, "starting", lambda _: bool(starting))
    monkeypatch.setattr(app_runtime, "container_start", lambda *_: "a container")
    studio.options.update({"apps": "containers"})
    app = studio.app_key(studio.running_space())
    assert studio.DescribeApp(**app)["Status"] == "Pending"
    starting.clear()
    studio.wait(1)
    assert studio.DescribeApp(**app)["Status"] == "InService"


@pytest.mark.slow
@pytest.mark.usefixtures("processes")
def test_app_fails_when_its_process_ends(aws: Emulator) -> None:
    studio = SmallStudio(aws, USER)
    sagemaker = studio.sagemaker
    remote: Any = {"RemoteAccess": "ENABLED"}
    named = {"DomainId": studio.domain_id, "SpaceName": USER}
    sagemaker.update_space(**named, SpaceSettings=remote)
    assert eventually(lambda: studio.space(USER)["Status"] == "InService")
    studio.start(USER, "ml.t3.large")
    process = psutil.Process(int(run(app_of(studio), DETACHED)[1]))
    space = studio.space_arn(USER)
    session = Channel(sagemaker.start_session(ResourceIdentifier=space))
    assert session.recv().startswith(b"SSH-2.0-")
    run(app_of(studio), "kill -9 $PPID", check=False)

    assert failure(studio) == "The process of the app has ended."
    assert closed(session)[0] == 1000
    assert gone(process)
    studio.start(USER, "ml.t3.large")
    assert run(app_of(studio), "true")[0] == 0
