"""Run Command on managed nodes: refused documents and nodes, time-outs, the agents' answers."""

import uuid
from datetime import UTC, datetime
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.ssm import documents
from studio_emulator.ssm.authorization import check_node
from studio_emulator.ssm.store import STORES, Command, store

_ACTION = "ssm:SendCommand"
_PLUGIN = "aws:runShellScript"
_DEFAULT_SECONDS = 3600
_LONGEST = {"output": 24_000, "error": 8_000}


def send_command(params: Params, call: Call) -> Answer:
    """SendCommand to the nodes of InstanceIds.

    InvalidInstanceId: https://github.com/aws/aws-cli/issues/3646 and
    https://github.com/peterkimzz/aws-ssm-send-command/issues/23
    """
    node_ids, name = params.get("InstanceIds", []), params["DocumentName"]
    call.check(_ACTION, documents.arn(name, call))
    for node_id in node_ids:
        check_node(node_id, _ACTION, call)
    if name not in documents.COMMAND_DOCUMENTS:
        raise AwsError("InvalidDocument", f"Document with name {name} does not exist.")
    documents.COMMAND_DOCUMENTS[name].check(params.get("Parameters", {}))
    if params.get("Targets") or not node_ids:
        raise AwsError("ValidationException", "The emulator requires InstanceIds, without Targets.")
    if len(set(node_ids)) < len(node_ids):
        raise AwsError("DuplicateInstanceId", "You can't specify an instance ID more than once.")
    here = store(call)
    if not all(node_id in here.nodes and here.nodes[node_id].online for node_id in node_ids):
        raise AwsError(
            "InvalidInstanceId",
            f"Instances [[{', '.join(node_ids)}]] not in a valid state for account {call.account}",
        )
    command = Command(
        id=str(uuid.uuid4()),
        nodes=tuple(node_ids),
        document=name,
        parameters=params.get("Parameters", {}),
        comment=params.get("Comment", ""),
        sent=call.clock.now(),
        timeout=params.get("TimeoutSeconds", _DEFAULT_SECONDS),
    )
    here.commands[command.id] = command
    return {"Command": _shown(command)}


def get_command_invocation(params: Params, call: Call) -> Answer:
    """GetCommandInvocation: Pending until the node's agent answers or the command times out."""
    command = store(call).commands.get(params["CommandId"])
    if command is None or params["InstanceId"] not in command.nodes:
        raise AwsError("InvocationDoesNotExist", "An error occurred: no such invocation.")
    if params.get("PluginName", _PLUGIN) != _PLUGIN:
        raise AwsError("InvalidPluginName", f"{params['PluginName']} is not in the document.")
    invocation: dict[str, Any] = {
        "CommandId": command.id,
        "InstanceId": params["InstanceId"],
        "Comment": command.comment,
        "DocumentName": command.document,
        "DocumentVersion": "$DEFAULT",
        "PluginName": _PLUGIN,
        "ResponseCode": -1,
        "Status": "Pending",
        "StatusDetails": "Pending",
        "StandardOutputContent": "",
        "StandardErrorContent": "",
    }
    answered = command.answers.get(params["InstanceId"])
    if answered is not None:
        return invocation | dict(answered)
    if call.clock.now() >= command.sent + command.timeout:
        return invocation | {"Status": "TimedOut", "StatusDetails": "Delivery Timed Out"}
    return invocation


def pending(now: float) -> list[dict[str, Any]]:
    """The commands that online nodes have not answered, oldest first."""
    return [
        {"node": node, "command": command.id, "parameters": command.parameters}
        for here in STORES.values()
        for command in here.commands.values()
        for node in command.nodes
        if node not in command.answers and now < command.sent + command.timeout
        if node in here.nodes and here.nodes[node].online
    ]


def answer(
    node_id: str, command_id: str, *, exit_code: int, output: str, error: str, now: float
) -> None:
    """Store a node's answer to a command; AwsError InvocationDoesNotExist for an unknown one."""
    waiting = [(each["node"], each["command"]) for each in pending(now)]
    if (node_id, command_id) not in waiting:
        raise AwsError("InvocationDoesNotExist", f"{node_id} has no command {command_id} to run.")
    command = next(p.commands[command_id] for p in STORES.values() if command_id in p.commands)
    status = "Failed" if exit_code else "Success"
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    command.answers[node_id] = {
        "ResponseCode": exit_code,
        "Status": status,
        "StatusDetails": status,
        "StandardOutputContent": output[: _LONGEST["output"]],
        "StandardErrorContent": error[: _LONGEST["error"]],
        "ExecutionStartDateTime": moment,
        "ExecutionEndDateTime": moment,
    }


def _shown(command: Command) -> dict[str, Any]:
    return {
        "CommandId": command.id,
        "DocumentName": command.document,
        "DocumentVersion": "$DEFAULT",
        "Comment": command.comment,
        "ExpiresAfter": command.sent + command.timeout,
        "Parameters": command.parameters,
        "InstanceIds": list(command.nodes),
        "Targets": [],
        "RequestedDateTime": command.sent,
        "Status": "Pending",
        "StatusDetails": "Pending",
        "TargetCount": len(command.nodes),
        "CompletedCount": 0,
        "ErrorCount": 0,
        "DeliveryTimedOutCount": 0,
        "TimeoutSeconds": command.timeout,
    }
