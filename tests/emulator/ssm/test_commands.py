"""Run Command: results, time-outs, refused commands."""

import urllib.error
from typing import Any

import pytest

from studio_emulator import ssm as hybrid
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.e2e.sshd import tell
from tests.emulator.samples import ACCOUNT, refusal
from tests.emulator.sessions.channels import node_of
from tests.emulator.ssm.registration import send_command

SHELL = "AWS-RunShellScript"


def invocation(ssm: Any, node: str, command: str) -> dict[str, Any]:
    found: dict[str, Any] = ssm.get_command_invocation(CommandId=command, InstanceId=node)
    return found


def pending(aws: Emulator, node: str) -> list[dict[str, Any]]:
    return [each for each in tell(aws.endpoint_url, "commands") if each["node"] == node]


@pytest.mark.parametrize(("exit_code", "status"), [(0, "Success"), (3, "Failed")])
def test_result_of_a_command(
    aws: Emulator, ssm: Any, node: str, exit_code: int, status: str
) -> None:
    command = send_command(ssm, node, "id", "ls")
    assert invocation(ssm, node, command)["Status"] == "Pending"
    (to_run,) = pending(aws, node)
    assert (to_run["command"], to_run["parameters"]) == (command, {"commands": ["id", "ls"]})
    result = {"exit_code": exit_code, "output": "o" * 30_000, "error": "e" * 9_000}
    tell(aws.endpoint_url, "nodes", {"id": node, "command": command, **result})
    assert pending(aws, node) == []
    shown = invocation(ssm, node, command)
    assert (shown["Status"], shown["ResponseCode"]) == (status, exit_code)
    assert shown["StandardOutputContent"] == "o" * 24_000
    assert shown["StandardErrorContent"] == "e" * 8_000
    with pytest.raises(urllib.error.HTTPError, match="400"):
        tell(aws.endpoint_url, "nodes", {"id": node, "command": command, **result})


def test_pending_command_times_out(
    aws: Emulator, ssm: Any, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = send_command(ssm, node, "id")
    now = Clock(aws.options).now()
    for later, details in ((3500, "Pending"), (3601, "Delivery Timed Out")):
        monkeypatch.setattr(Clock, "now", lambda _, later=later: now + later)
        assert invocation(ssm, node, command)["StatusDetails"] == details
    assert pending(aws, node) == []


def test_command_waits_for_a_connected_agent(aws: Emulator, ssm: Any, node: str) -> None:
    command = send_command(ssm, node, "id")
    for online, waiting in ((False, []), (True, [command])):
        hybrid.set_online(node, online=online)
        assert [each["command"] for each in pending(aws, node)] == waiting


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
    assert code(Targets=[{"Key": "tag:Team", "Values": ["a"]}]) == "ValidationException"
    hybrid.set_online(node, online=False)
    assert refusal(ssm.send_command, **sent) == (
        "InvalidInstanceId",
        f"Instances [[{node}]] not in a valid state for account {ACCOUNT}",
    )


def test_unknown_invocation(aws: Emulator, ssm: Any, node: str) -> None:
    command, other = send_command(ssm, node, "id"), node_of(aws)
    missing = refusal(ssm.get_command_invocation, CommandId=command, InstanceId=other)
    assert missing[0] == "InvocationDoesNotExist"
    plugin = {"CommandId": command, "InstanceId": node, "PluginName": "aws:other"}
    assert refusal(ssm.get_command_invocation, **plugin)[0] == "InvalidPluginName"
