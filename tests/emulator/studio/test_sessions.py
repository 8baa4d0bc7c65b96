"""StartSession to a space."""

from typing import Any

import pytest

from studio_emulator.call import Call
from studio_emulator.server import Emulator
from studio_emulator.sessions.open_sessions import find
from tests.emulator.control_plane import DISTRIBUTION, REGION, ROLE, ControlPlane, refused
from tests.emulator.sessions.channels import Channel, closed, echo, host

PUBLIC = {"AppNetworkAccessType": "PublicInternetOnly"}


def arn_of(studio: ControlPlane, domain_id: str) -> dict[str, str]:
    """The member that names the space `lab`."""
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")
    return {"ResourceIdentifier": space["SpaceArn"]}


def test_deleting_the_app_ends_its_sessions(studio: ControlPlane) -> None:
    domain_id = studio.running_space(RemoteAccess="ENABLED", domain=PUBLIC)
    lab = arn_of(studio, domain_id)
    session = find(studio.StartSession(**lab)["SessionId"])
    assert session is not None
    assert session.active
    studio.DeleteApp(**studio.app_key(domain_id))
    refused("ValidationException", "InService", studio.StartSession, **lab)
    assert not session.active
    assert "is being deleted" in session.end_reason


def test_option_remote_access_delay(studio: ControlPlane) -> None:
    studio.options.update({"remote_access_delay": 60})
    domain_id = studio.running_space(RemoteAccess="ENABLED", domain=PUBLIC)
    lab = arn_of(studio, domain_id)
    studio.StartSession(**lab)
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(600)
    studio.app(domain_id, InstanceType="ml.t3.large")
    studio.wait(130)
    refused("InternalFailure", "failed", studio.StartSession, **lab)
    studio.wait(60)
    studio.StartSession(**lab)


def test_channel_connects_to_the_sshd_of_the_app(aws: Emulator, studio: ControlPlane) -> None:
    lab = arn_of(studio, studio.running_space(RemoteAccess="ENABLED", domain=PUBLIC))
    sagemaker = aws.client("sagemaker", region=REGION)
    with host(aws, lab["ResourceIdentifier"], echo) as listening:
        answer = sagemaker.start_session(**lab)
        channel = Channel(answer)
        channel.require_echo()
        channel.close()
        assert listening.ended.wait(30)
        assert closed(Channel(answer))[0] == 1003


@pytest.mark.parametrize("settings", [{}, {"RemoteAccess": "DISABLED"}])
def test_space_without_remote_access(studio: ControlPlane, settings: dict[str, Any]) -> None:
    lab = arn_of(studio, studio.running_space(**settings))
    refused("ValidationException", "Remote access is not", studio.StartSession, **lab)


def test_space_without_a_running_app(studio: ControlPlane) -> None:
    domain_id = studio.idle_space(RemoteAccess="ENABLED", domain=PUBLIC)
    studio.space(domain_id, "other")
    studio.app(domain_id, "other")
    studio.wait(600)

    def require_no_app() -> None:
        lab = arn_of(studio, domain_id)
        refused("ValidationException", "no app that is InService", studio.StartSession, **lab)

    require_no_app()
    app = studio.app(domain_id, InstanceType="ml.t3.large")
    require_no_app()
    studio.wait(600)
    studio.DeleteApp(**app)
    studio.wait(600)
    assert studio.DescribeApp(**app)["Status"] == "Deleted"
    require_no_app()


def test_app_of_a_type_without_remote_access(studio: ControlPlane) -> None:
    domain_id = studio.domain(**PUBLIC, DefaultSpaceSettings={"ExecutionRole": ROLE})
    settings = {"AppType": "TensorBoard", "RemoteAccess": "ENABLED"}
    studio.CreateSpace(DomainId=domain_id, SpaceName="lab", SpaceSettings=settings)
    studio.wait(60)
    spec = DISTRIBUTION | {"InstanceType": "ml.t3.large"}
    app = studio.app_key(domain_id, AppType="TensorBoard")
    studio.CreateApp(**app, ResourceSpec=spec)
    studio.wait(600)
    assert studio.DescribeApp(**app)["Status"] == "InService"
    lab = arn_of(studio, domain_id)
    refused("ValidationException", "no app that is InService", studio.StartSession, **lab)


def test_condition_keys_of_a_private_space(
    studio: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tags that SageMaker adds: the domain, and the user profile of the owner."""
    keys: dict[str, str] = {}
    monkeypatch.setattr(Call, "check", lambda *checked: keys.update(checked[-1]))
    domain_id = studio.idle_space()
    lab = arn_of(studio, domain_id)
    refused("ValidationException", "Remote access is not", studio.StartSession, **lab)
    for prefix in ("aws", "sagemaker"):
        tags = f"{prefix}:ResourceTag/sagemaker"
        assert keys[f"{tags}:domain-arn"] == studio.call.arn(f"domain/{domain_id}")
        profile = studio.call.arn(f"user-profile/{domain_id}/alice")
        assert keys[f"{tags}:user-profile-arn"] == profile


@pytest.mark.parametrize(
    ("part", "other", "code"),
    [
        ("/lab", "/lab2", "ResourceNotFound"),
        (":space/", ":app/", "ResourceNotFound"),
        ("arn:", "", "ValidationException"),
    ],
)
def test_invalid_space_arn(studio: ControlPlane, part: str, other: str, code: str) -> None:
    lab = arn_of(studio, studio.running_space(RemoteAccess="ENABLED", domain=PUBLIC))
    assert studio.StartSession(**lab)
    wrong = lab["ResourceIdentifier"].replace(part, other)
    refused(code, "", studio.StartSession, ResourceIdentifier=wrong)
