"""What a session reaches, by its document and the address of the sshd."""

from typing import Any

import pytest

from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator
from studio_emulator.sessions.targets import set_address
from tests.emulator.sessions.channels import SSH, Channel, closed, echo, echoing, host

REMOTE = "AWS-StartPortForwardingSessionToRemoteHost"
FAILED = (1000, "Connection to destination port failed, check SSM Agent logs.")


@pytest.mark.parametrize(
    "params",
    [SSH | {"Parameters": {"portNumber": ["2222"]}}, {}, {"DocumentName": "AWS-StartSSHSession"}],
    ids=["another port", "a shell", "no sshd"],
)
def test_session_without_a_reachable_target(
    aws: Emulator, ssm: Any, node: str, params: dict[str, Any]
) -> None:
    with host(aws, node, echo) as listening:
        if params.get("DocumentName") and "Parameters" not in params:
            listening.close()
        reached = Channel(ssm.start_session(Target=node, **params))
        assert closed(reached) == FAILED


@pytest.mark.parametrize("address", ["10.0.0.1:22", "127.0.0.1:0", "127.0.0.1:65536"])
def test_invalid_address(address: str) -> None:
    with pytest.raises(UsageError, match=r"127\.0\.0\.1:PORT"):
        set_address("a node", address)


@pytest.mark.usefixtures("processes")
def test_remote_host_that_is_the_node(ssm: Any, node: str) -> None:
    with echoing() as port:
        parameters = {"portNumber": [str(port)], "host": ["127.0.0.1"]}
        answer = ssm.start_session(Target=node, DocumentName=REMOTE, Parameters=parameters)
        channel = Channel(answer, version="1.1.61.0")
        channel.require_echo()
        channel.close()


@pytest.mark.usefixtures("processes")
def test_another_host_is_unreachable(ssm: Any, node: str) -> None:
    parameters = {"portNumber": ["443"], "host": ["192.0.2.1"]}
    answer = ssm.start_session(Target=node, DocumentName=REMOTE, Parameters=parameters)
    assert closed(Channel(answer)) == FAILED
