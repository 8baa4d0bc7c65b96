"""StartSession to a space, as boto3 sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from studio_emulator import sessions
from studio_emulator.server import Emulator
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.store import Store, existing
from tests.emulator.control_plane import ControlPlane, refused
from tests.emulator.samples import ACCOUNT, REGION, refusal
from tests.emulator.sessions.channels import closed, connect, echo, host

OF_THE_ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
OF_THE_ACCOUNT_IF_ANY = {"StringEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}}
SPACE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:space/d-1/lab"


@pytest.fixture
def sagemaker(aws: Emulator) -> Any:
    client = aws.client("sagemaker")
    client.list_images()
    return client


@pytest.fixture
def held(sagemaker: Any) -> Store:  # noqa: ARG001 (its first request makes the store)
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
        modified=0.0,
    )


def add(held: Store, *, remote: str | None, app: str = "JupyterLab", of: str = "lab") -> Resource:
    access = {"VpcId": "vpc-1", "AppNetworkAccessType": "PublicInternetOnly"}
    held.domains["d-1"] = resource("domain", "arn:domain/d-1", **access)
    settings = {"RemoteAccess": remote} if remote else {}
    held.spaces["d-1", "lab"] = resource(
        "space", SPACE, DomainId="d-1", SpaceName="lab", SpaceSettings=settings
    )
    running = resource("app", "arn", DomainId="d-1", SpaceName=of, AppType=app, AppName="default")
    held.apps["d-1", of, "", app, "default"] = running
    return running


def test_session_to_a_running_space(sagemaker: Any, held: Store) -> None:
    add(held, remote="ENABLED")
    first, second = (sagemaker.start_session(ResourceIdentifier=SPACE) for _ in range(2))
    assert first["SessionId"] != second["SessionId"]
    assert first["TokenValue"] != second["TokenValue"]
    assert len(first["TokenValue"]) <= 1024
    assert first["StreamUrl"].startswith("ws://127.0.0.1:")
    assert first["SessionId"] in first["StreamUrl"]


def test_session_ends_to_be_possible_with_the_app() -> None:
    studio = ControlPlane()
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": "PublicInternetOnly"}
    )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    session = sessions.find(studio.StartSession(ResourceIdentifier=space)["SessionId"])
    assert session is not None
    assert session.active
    studio.DeleteApp(DomainId=domain_id, SpaceName="lab", AppType="JupyterLab", AppName="default")
    refused("ValidationException", "InService", studio.StartSession, ResourceIdentifier=space)
    assert not session.active
    assert "is being deleted" in session.why


def endpoint_policy(condition: dict[str, Any] | None = None, **changes: Any) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | changes
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("services", "route", "answers"),
    [
        ((), False, False),
        (("ssm",), False, False),
        (("ssm", "ssmmessages"), False, True),
        ((), True, True),
    ],
)
def test_the_node_needs_a_way_to_systems_manager(
    services: tuple[str, ...], route: bool, answers: bool
) -> None:
    studio = ControlPlane()
    domain_id = studio.running_space(RemoteAccess="ENABLED")
    for name in services:
        studio.ec2.create_vpc_endpoint(
            studio.vpc,
            f"com.amazonaws.eu-west-1.{name}",
            "Interface",
            None,
            [],
            subnet_ids=studio.subnets,
        )
    if route:
        gateway = studio.ec2.create_nat_gateway(studio.subnets[0], [], None)
        (table,) = studio.ec2.describe_route_tables(filters={"vpc-id": [studio.vpc]})
        studio.ec2.create_route(table.id, "0.0.0.0/0", nat_gateway_id=gateway.id)
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    if answers:
        assert studio.StartSession(ResourceIdentifier=space)["SessionId"]
    else:
        refused("InternalFailure", "failed", studio.StartSession, ResourceIdentifier=space)


@pytest.mark.parametrize(
    ("service", "policy", "access", "fails"),
    [
        ("ssm", None, "VpcOnly", False),
        ("ssm", endpoint_policy(), "VpcOnly", False),
        ("ssm", endpoint_policy(OF_THE_ACCOUNT), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(OF_THE_ACCOUNT_IF_ANY), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(Action="ssmmessages:Open*"), "VpcOnly", True),
        ("ssmmessages", endpoint_policy(Action="ssmmessages:*"), "VpcOnly", False),
        ("ssm", endpoint_policy(OF_THE_ACCOUNT), "PublicInternetOnly", False),
        ("sts", endpoint_policy(OF_THE_ACCOUNT), "VpcOnly", False),
    ],
)
def test_endpoint_policy_that_shuts_out_the_node_of_aws(
    service: str, policy: str | None, access: str, fails: bool
) -> None:
    studio = ControlPlane()
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": access}
    )
    for name in ("ssm", "ssmmessages", "sts"):
        studio.ec2.create_vpc_endpoint(
            studio.vpc,
            f"com.amazonaws.eu-west-1.{name}",
            "Interface",
            policy if name == service else None,
            [],
            subnet_ids=studio.subnets,
        )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    if fails:
        refused("InternalFailure", "failed", studio.StartSession, ResourceIdentifier=space)
        studio.options.update({"remote_access_obeys_endpoint_policies": False})
    assert studio.StartSession(ResourceIdentifier=space)["SessionId"]


def test_node_answers_some_time_after_the_app_is_in_service() -> None:
    studio = ControlPlane()
    studio.options.update({"remote_access_delay": 60})
    domain_id = studio.running_space(
        RemoteAccess="ENABLED", domain={"AppNetworkAccessType": "PublicInternetOnly"}
    )
    space = studio.DescribeSpace(DomainId=domain_id, SpaceName="lab")["SpaceArn"]
    lab = {"DomainId": domain_id, "SpaceName": "lab"}
    studio.StartSession(ResourceIdentifier=space)
    studio.DeleteApp(**lab, AppType="JupyterLab", AppName="default")
    studio.wait(600)
    studio.app(domain_id, InstanceType="ml.t3.large")
    studio.wait(130)
    refused("InternalFailure", "failed", studio.StartSession, ResourceIdentifier=space)
    studio.wait(60)
    studio.StartSession(ResourceIdentifier=space)


def test_channel_leads_to_the_sshd_of_the_spaces_app(
    aws: Emulator, sagemaker: Any, held: Store
) -> None:
    add(held, remote="ENABLED")
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
def test_space_that_is_not_ready(
    sagemaker: Any, held: Store, space: dict[str, Any], status: str, words: str
) -> None:
    add(held, **space).status = status
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
def test_what_is_no_space(sagemaker: Any, held: Store, arn: str, code: str) -> None:
    add(held, remote="ENABLED")
    assert refusal(sagemaker.start_session, ResourceIdentifier=arn)[0] == code
