"""Documents of StartSession, ResumeSession, Run Command."""

import urllib.error
from typing import Any

import pytest

from studio_emulator import ssm as hybrid
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.e2e.sshd import ask, tell
from tests.emulator.samples import ACCOUNT, refusal
from tests.emulator.sessions.channels import SSH, node_of

FORWARD = "AWS-StartPortForwardingSession"
REMOTE = "AWS-StartPortForwardingSessionToRemoteHost"
SHELL = "AWS-RunShellScript"


@pytest.mark.parametrize(
    ("document", "parameters", "code"),
    [
        ("AWS-StartSSHSession", {}, None),
        ("AWS-StartSSHSession", {"portNumber": ["22"]}, None),
        ("AWS-StartSSHSession", {"portNumber": ["65536"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"portNumber": ["ssh"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"portNumber": ["22", "23"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"port": ["22"]}, "InvalidParameters"),
        ("AWS-StartSSHSession", {"localPortNumber": ["22"]}, "InvalidParameters"),
        (FORWARD, {"portNumber": ["8888"], "localPortNumber": ["0"]}, None),
        (FORWARD, {"portNumber": ["0"]}, "InvalidParameters"),
        (REMOTE, {"host": ["db.internal"], "portNumber": ["5432"]}, None),
        (REMOTE, {"portNumber": ["5432"]}, "InvalidParameters"),
        ("AWS-StartInteractiveCommand", {}, "InvalidParameters"),
        ("SSM-SessionManagerRunShell", {"command": ["ls"]}, "InvalidParameters"),
        ("AWS-RunShellScript", {"commands": ["ls"]}, "InvalidDocument"),
        ("AWS-StartSshSession", {}, "InvalidDocument"),
    ],
)
def test_documents_and_their_parameters(
    ssm: Any, node: str, document: str, parameters: dict[str, list[str]], code: str | None
) -> None:
    asked = {"Target": node, "DocumentName": document, "Parameters": parameters}
    if code is None:
        assert ssm.start_session(**asked)["SessionId"]
    else:
        assert refusal(ssm.start_session, **asked)[0] == code


def test_resume_session_replaces_the_token(ssm: Any, node: str) -> None:
    started = ssm.start_session(Target=node, Reason="work", **SSH)
    resumed = ssm.resume_session(SessionId=started["SessionId"])
    assert resumed["StreamUrl"] == started["StreamUrl"]
    assert resumed["TokenValue"] != started["TokenValue"]
    (shown,) = ssm.describe_sessions(
        State="Active", Filters=[{"key": "SessionId", "value": started["SessionId"]}]
    )["Sessions"]
    assert (shown["Reason"], shown["Status"]) == ("work", "Connecting")
    ssm.terminate_session(SessionId=started["SessionId"])
    assert "TokenValue" not in ssm.resume_session(SessionId=started["SessionId"])
    assert refusal(ssm.resume_session, SessionId="root-0")[0] == "DoesNotExistException"
    assert ssm.terminate_session(SessionId="root-0")["SessionId"] == "root-0"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"Owner": f"arn:aws:iam::{ACCOUNT}:root"}, True),
        ({"Owner": "bob"}, False),
        ({"Status": "Connecting"}, True),
        ({"Status": "Connected"}, False),
    ],
)
def test_filters_of_sessions(ssm: Any, node: str, filters: dict[str, str], found: bool) -> None:
    ssm.start_session(Target=node, **SSH)
    given = [{"key": key, "value": value} for key, value in (filters | {"Target": node}).items()]
    assert len(ssm.describe_sessions(State="Active", Filters=given)["Sessions"]) == found
    unknown = [{"key": "InvokedAfter", "value": "2026-01-01T00:00:00Z"}]
    assert refusal(ssm.describe_sessions, State="Active", Filters=unknown)[0] == "InvalidFilterKey"


def send(ssm: Any, node: str, *commands: str) -> str:
    command = ssm.send_command(
        InstanceIds=[node], DocumentName=SHELL, Parameters={"commands": list(commands)}
    )["Command"]
    return str(command["CommandId"])


def invocation(ssm: Any, node: str, command: str) -> dict[str, Any]:
    found: dict[str, Any] = ssm.get_command_invocation(CommandId=command, InstanceId=node)
    return found


def pending(aws: Emulator, node: str) -> list[dict[str, Any]]:
    return [each for each in ask(aws.endpoint_url, "commands") if each["node"] == node]


@pytest.mark.parametrize(("exit_code", "status"), [(0, "Success"), (3, "Failed")])
def test_result_of_a_command(
    aws: Emulator, ssm: Any, node: str, exit_code: int, status: str
) -> None:
    command = send(ssm, node, "id", "ls")
    assert invocation(ssm, node, command)["Status"] == "Pending"
    (to_run,) = pending(aws, node)
    assert (to_run["command"], to_run["parameters"]) == (command, {"commands": ["id", "ls"]})
    result = {"exit_code": exit_code, "output": "o" * 30_000, "error": "e"}
    tell(aws.endpoint_url, "nodes", {"id": node, "command": command, **result})
    assert pending(aws, node) == []
    shown = invocation(ssm, node, command)
    assert (shown["Status"], shown["ResponseCode"]) == (status, exit_code)
    assert shown["StandardOutputContent"] == "o" * 24_000
    assert shown["StandardErrorContent"] == "e"
    with pytest.raises(urllib.error.HTTPError, match="400"):
        tell(aws.endpoint_url, "nodes", {"id": node, "command": command, **result})


def test_pending_command_times_out(
    aws: Emulator, ssm: Any, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = send(ssm, node, "id")
    later = Clock(aws.options).now() + 3601
    monkeypatch.setattr(Clock, "now", lambda _: later)
    assert invocation(ssm, node, command)["StatusDetails"] == "Delivery Timed Out"
    assert pending(aws, node) == []


def test_refused_commands(ssm: Any, node: str) -> None:
    sent: dict[str, Any] = {
        "InstanceIds": [node],
        "DocumentName": SHELL,
        "Parameters": {"commands": ["id"]},
    }

    def code(**changed: Any) -> str:
        return refusal(ssm.send_command, **(sent | changed))[0]

    assert code(DocumentName="AWS-Unknown") == "InvalidDocument"
    assert code(Parameters={}) == "InvalidParameters"
    assert code(Parameters={"commands": ["id"], "x": ["y"]}) == "InvalidParameters"
    assert code(InstanceIds=[node, node]) == "DuplicateInstanceId"
    assert code(InstanceIds=[]) == "ValidationException"
    hybrid.set_online(node, online=False)
    assert refusal(ssm.send_command, **sent) == (
        "InvalidInstanceId",
        f"Instances [[{node}]] not in a valid state for account {ACCOUNT}",
    )


def test_unknown_invocation(aws: Emulator, ssm: Any, node: str) -> None:
    command, other = send(ssm, node, "id"), node_of(aws)
    missing = refusal(ssm.get_command_invocation, CommandId=command, InstanceId=other)
    assert missing[0] == "InvocationDoesNotExist"
    plugin = {"CommandId": command, "InstanceId": node, "PluginName": "aws:other"}
    assert refusal(ssm.get_command_invocation, **plugin)[0] == "InvalidPluginName"


@pytest.mark.parametrize(
    ("target", "address", "words"),
    [
        ("mi-00000000000000000", "127.0.0.1:22", "not a managed node"),
        ("", "10.0.0.1:22", "127.0.0.1:PORT"),
        ("", "127.0.0.1:0", "127.0.0.1:PORT"),
        ("", "127.0.0.1:65536", "127.0.0.1:PORT"),
    ],
)
def test_invalid_address(aws: Emulator, node: str, target: str, address: str, words: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        tell(aws.endpoint_url, "sshd", {"target": target or node, "address": address})
    assert refused.value.code == 400
    assert words in refused.value.read().decode()
