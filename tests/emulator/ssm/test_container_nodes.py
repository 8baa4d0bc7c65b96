"""The managed node of an app's container: registration, connection, commands."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio_emulator.clock import Clock
from studio_emulator.runtime import running_apps
from studio_emulator.server import Emulator
from studio_emulator.ssm.container_nodes import ContainerNodes
from tests.emulator.ssm.registration import node_ids, send_command

TIMEOUT = "Registration failed: RequestError: send request failed, i/o timeout"


@pytest.fixture
def connect(aws: Emulator) -> Iterator[Callable[..., ContainerNodes]]:
    """The service of an app whose network has access to Systems Manager, or has none."""
    yield lambda access: ContainerNodes(
        "lab", clock=Clock(aws.options), shut_out=lambda: not access()
    )
    running_apps.reset()


def registered(nodes: ContainerNodes, ssm: Any, role: str) -> tuple[bool, str]:
    activation = ssm.create_activation(IamRole=role)
    return nodes.register(activation["ActivationId"], activation["ActivationCode"])


def ping(ssm: Any) -> str:
    (node,) = ssm.describe_instance_information()["InstanceInformationList"]
    return str(node["PingStatus"])


def test_node_is_online_while_its_agent_runs(ssm: Any, role: str, connect: Any) -> None:
    access = [True]
    nodes = connect(lambda: access[0])
    succeeded, message = registered(nodes, ssm, role)
    assert (succeeded, message.rpartition(" ")[2]) == (True, node_ids(ssm)[0])
    assert ping(ssm) == "ConnectionLost"
    for reaches, online, expected in (
        (False, True, "ConnectionLost"),
        (True, True, "Online"),
        (True, False, "ConnectionLost"),
    ):
        access[0] = reaches
        nodes.set_online(online=online)
        assert ping(ssm) == expected


def test_refused_registrations(ssm: Any, role: str, connect: Any) -> None:
    assert registered(connect(lambda: False), ssm, role) == (False, TIMEOUT)
    succeeded, message = connect(lambda: True).register("absent", "code")
    assert (succeeded, message.split(":")[1]) == (False, " InvalidActivation")
    assert node_ids(ssm) == []


def test_commands_of_the_node(ssm: Any, node: str, role: str, connect: Any) -> None:
    nodes = connect(lambda: True)
    registered(nodes, ssm, role)
    nodes.set_online(online=True)
    (own,) = {*node_ids(ssm)} - {node}

    send_command(ssm, node, "id")
    command = send_command(ssm, own, "id", "ls")
    assert nodes.commands() == [(command, "id\nls")]
    for exit_code in (3, 4):  # The second answer has no effect.
        nodes.answer(command, exit_code=exit_code, output="out", error="")
    answer = ssm.get_command_invocation(CommandId=command, InstanceId=own)
    assert (answer["ResponseCode"], nodes.commands()) == (3, [])
