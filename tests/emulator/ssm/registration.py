"""Registers managed nodes, and sends commands to them."""

from typing import Any

from studio_emulator import ssm
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator

OWNER = {"Key": "SSHOwner", "Value": "alice"}


def register_node(aws: Emulator, activation: dict[str, Any], **changed: str) -> str:
    """The id of a new node with an activation that CreateActivation answered."""
    values = {"code": activation["ActivationCode"], "name": "", **changed}
    activation_id = values.pop("activation_id", activation["ActivationId"])
    return ssm.register_node(activation_id, now=Clock(aws.options).now(), **values)


def node_ids(ssm: Any, **params: Any) -> list[str]:
    """The ids of the nodes that DescribeInstanceInformation answers."""
    found = ssm.describe_instance_information(**params)["InstanceInformationList"]
    return [instance["InstanceId"] for instance in found]


def send_command(ssm: Any, node: str, *commands: str) -> str:
    """Send commands to a node by AWS-RunShellScript; the id."""
    sent = ssm.send_command(
        InstanceIds=[node],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": list(commands)},
    )
    return str(sent["Command"]["CommandId"])
