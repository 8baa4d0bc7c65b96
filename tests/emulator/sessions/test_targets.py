"""What a session reaches, by its document and the address of the sshd."""

import urllib.error
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.e2e.sshd import tell
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
