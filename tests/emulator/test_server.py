"""The server: its environment variables and connections, and one emulator per process."""

import http.client
import socket
from urllib.parse import urlsplit

import boto3
import pytest

from studio_emulator.errors import UsageError
from studio_emulator.server import Emulator


def test_environment_variables_select_the_emulator(
    aws: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    identity = boto3.session.Session().client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"


def test_it_listens_on_the_loopback_address_127_0_0_1_only(aws: Emulator) -> None:
    port = urlsplit(aws.endpoint_url).port
    socket.create_connection(("127.0.0.1", port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port))


@pytest.mark.usefixtures("aws")
def test_one_emulator_per_process() -> None:
    with pytest.raises(UsageError, match="already"):
        Emulator().start()


def test_connections_stay_open(aws: Emulator) -> None:
    """A client sometimes loses the response of a server that closes each connection."""
    address = urlsplit(aws.endpoint_url)
    connections = [
        http.client.HTTPConnection(address.hostname or "", address.port) for _ in range(50)
    ]
    for connection in [*connections, *connections]:
        connection.request("GET", "/_emulator/health")
        answer = connection.getresponse()
        assert (answer.status, answer.will_close) == (200, False)
        answer.read()
    for connection in connections:
        connection.close()
