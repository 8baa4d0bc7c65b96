"""Sessions, the wait for a node, and the errors that name the command to run."""

import json
from unittest.mock import MagicMock

import pytest

from settings import UserError
from studio.aws import sessions
from studio.aws.client import Aws
from studio.aws.errors import AwsError, ConnectionFailed, CredentialsError, SignInExpired
from studio.aws.sessions import NotRegistered, NotYet, start_session, wait_for_session
from tests.studio.clock import Clock

SPACE = "arn:aws:sagemaker:us-east-1:123456789012:space/d-abc/alice"
NODE = "mi-0123456789abcdef0"
RESPONSE = {"SessionId": "alice-1", "TokenValue": "token", "StreamUrl": "wss://x"}


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """`Aws.client`, whose client gets RESPONSE."""
    clients = MagicMock()
    clients.return_value.meta.endpoint_url = "https://ssm.us-east-1.amazonaws.com"
    clients.return_value.start_session.return_value = RESPONSE
    monkeypatch.setattr(Aws, "client", clients)
    monkeypatch.setattr(Aws, "profile", "team")
    return clients


def test_a_session_to_a_space_comes_from_sagemaker(clients: MagicMock) -> None:
    session = start_session(Aws("us-east-1"), SPACE, user="alice")
    clients.assert_called_once_with("sagemaker")
    clients.return_value.start_session.assert_called_once_with(ResourceIdentifier=SPACE)
    assert session.id == "alice-1"
    assert session.plugin_arguments("{}") == ["{}", "us-east-1", "StartSession"]


def test_a_session_to_a_node_comes_from_systems_manager(clients: MagicMock) -> None:
    session = start_session(Aws("us-east-1"), NODE, user="alice")
    document = {"DocumentName": "AWS-StartSSHSession", "Parameters": {"portNumber": ["22"]}}
    request = {"Target": NODE, **document}
    clients.assert_called_once_with("ssm")
    clients.return_value.start_session.assert_called_once_with(**request)
    assert session.plugin_arguments("{}")[3:] == [
        "team",
        json.dumps(request),
        "https://ssm.us-east-1.amazonaws.com",
    ]


def refusal(code: str) -> AwsError:
    return AwsError("why", response={"Error": {"Code": code, "Message": "why"}})


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (refusal("ResourceNotFound"), NotYet, "the app of alice cannot be reached (why): run"),
        (refusal("TargetNotConnected"), NotYet, "run `studio connect alice`"),
        (refusal("ThrottlingException"), NotYet, "AWS: why"),
        (refusal("AccessDeniedException"), UserError, "AWS: why"),
        (ConnectionFailed("no route"), NotYet, "AWS: no route"),
        (CredentialsError("expired"), UserError, "AWS: expired; then run `studio connect alice`"),
        (SignInExpired("old"), UserError, "run `aws sso login --profile team`; then run `studio"),
    ],
)
def test_an_error_names_the_command_and_whether_a_retry_may_help(
    clients: MagicMock, error: AwsError, kind: type[UserError], words: str
) -> None:
    clients.return_value.start_session.side_effect = error
    with pytest.raises(UserError) as raised:
        start_session(Aws("us-east-1"), SPACE, user="alice")
    assert type(raised.value) is kind
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("registers", "reported"),
    [(0.0, []), (80.0, ["studio: waiting for the app to register with Systems Manager"])],
)
def test_a_session_starts_once_the_node_has_registered(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, registers: float, reported: list[str]
) -> None:
    assert wait(clock, monkeypatch, registers=registers) == reported


def test_a_node_that_never_registers_is_an_error(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = r"^the app of alice has not registered for 9\d s \(no node of alice\); run `studio conn"
    with pytest.raises(UserError, match=line):
        wait(clock, monkeypatch, registers=1000.0)


def wait(clock: Clock, monkeypatch: pytest.MonkeyPatch, *, registers: float) -> list[str]:
    """Wait for a node that registers after these seconds; returns what is reported."""
    began, reported, session = clock.now, list[str](), object()

    def start_session(*_: object, user: str) -> object:
        if clock.now - began < registers:
            raise NotRegistered(f"no node of {user}")
        return session

    monkeypatch.setattr(sessions, "start_session", start_session)
    found = wait_for_session(Aws("us-east-1"), SPACE, user="alice", report=reported.append)
    assert found is session
    return reported
