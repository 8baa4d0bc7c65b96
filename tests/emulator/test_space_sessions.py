"""StartSession to a space."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from studio_emulator.sessions.table import find
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store, existing
from tests.emulator.control_plane import ControlPlane, refused
from tests.emulator.samples import ACCOUNT, REGION, refusal
from tests.emulator.sessions.channels import closed, connect, echo, host

SPACE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:space/d-1/lab"


@pytest.fixture
def sagemaker(aws: Emulator) -> Any:
    client = aws.client("sagemaker")
    client.list_images()
    return client


@pytest.fixture
def state(sagemaker: Any) -> Store:  # noqa: ARG001 (its first request creates the store)
    found = existing(ACCOUNT, REGION)
    assert found is not None
    return found


def resource(kind: str, arn: str, **data: Any) -> Resource:
    return Resource(
        type=kind,
        id="lab",
        name="lab",
        arn=arn,
        data=data,
        status="InService",
        created=0.0,
    )


def add(state: Store, *, remote: str | None, app: str = "JupyterLab", of: str = "lab") -> Resource:
    access = {"VpcId": "vpc-1", "AppNetworkAccessType": "PublicInternetOnly"}
    state.domains["d-1"] = resource("domain", "arn:domain/d-1", **access)
    settings = {"RemoteAccess": remote} if remote else {}
    state.spaces["d-1", "lab"] = resource(
        "space", SPACE, DomainId="d-1", SpaceName="lab", SpaceSettings=settings
    )
    running = resource("app", "arn", DomainId="d-1", SpaceName=of, AppType=app, AppName="default")
    state.apps["d-1", of, "", app, "default"] = running
    return running


def test_session_to_a_running_space(sagemaker: Any, state: Store) -> None:
    add(state, remote="ENABLED")
    first, second = (sagemaker.start_session(ResourceIdentifier=SPACE) for _ in range(2))
    assert first["SessionId"] != second["SessionId"]
    assert first["TokenValue"] != second["TokenValue"]
    assert len(first["TokenValue"]) <= 1024
    assert first["StreamUrl"].startswith("ws://127.0.0.1:")
    assert first["SessionId"] in first["StreamUrl"]


def test_deleting_the_app_ends_its_sessions(studio: ControlPlane) -> None:
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": "PublicInternetOnly"}
    )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    session = find(studio.StartSession(ResourceIdentifier=space)["SessionId"])
    assert session is not None
    assert session.active
    studio.DeleteApp(**studio.app_key(domain_id))
    refused("ValidationException", "InService", studio.StartSession, ResourceIdentifier=space)
    assert not session.active
    assert "is being deleted" in session.end_reason


def test_option_remote_access_delay(studio: ControlPlane) -> None:
    studio.options.update({"remote_access_delay": 60})
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": "PublicInternetOnly"}
    )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    studio.StartSession(ResourceIdentifier=space)
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(600)
    studio.app(domain_id, InstanceType="ml.t3.large")
    studio.wait(130)
    refused("InternalFailure", "failed", studio.StartSession, ResourceIdentifier=space)
    studio.wait(60)
    studio.StartSession(ResourceIdentifier=space)


def test_channel_connects_to_the_sshd_of_the_app(
    aws: Emulator, sagemaker: Any, state: Store
) -> None:
    add(state, remote="ENABLED")
    with host(aws, SPACE, echo) as listening:
        answer = sagemaker.start_session(ResourceIdentifier=SPACE)
        channel = connect(answer)
        channel.send_binary(b"SSH-2.0-x\r\n")
        assert channel.recv() == b"SSH-2.0-x\r\n"
        channel.close()
        assert listening.ended.wait(30)
        assert closed(connect(answer))[0] == 1003


@pytest.mark.parametrize(
    ("space", "status", "words"),
    [
        ({"remote": "DISABLED"}, "InService", "Remote access is not enabled"),
        ({"remote": None}, "InService", "Remote access is not enabled"),
        ({"remote": "ENABLED"}, "Pending", "no app that is InService"),
        ({"remote": "ENABLED"}, "Deleted", "no app that is InService"),
        ({"remote": "ENABLED", "app": "JupyterServer"}, "InService", "no app that is InService"),
        ({"remote": "ENABLED", "of": "other"}, "InService", "no app that is InService"),
    ],
)
def test_space_without_remote_access_or_app(
    sagemaker: Any, state: Store, space: dict[str, Any], status: str, words: str
) -> None:
    add(state, **space).status = status
    code, message = refusal(sagemaker.start_session, ResourceIdentifier=SPACE)
    assert (code, words in message) == ("ValidationException", True), message


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"{SPACE}2", "ResourceNotFound"),
        (SPACE.replace("space", "app"), "ResourceNotFound"),
        ("d-1/lab", "ValidationException"),
    ],
)
def test_invalid_space_arn(sagemaker: Any, state: Store, arn: str, code: str) -> None:
    add(state, remote="ENABLED")
    assert refusal(sagemaker.start_session, ResourceIdentifier=arn)[0] == code
