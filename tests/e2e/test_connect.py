"""`studio connect` with native remote access: real ssh and sshd, emulated AWS and plugin."""

import hashlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.names import ConnectMethod
from tests.conformance import deployment_steps
from tests.e2e.client_machine import ClientMachine, leaving_no_process
from tests.e2e.connected_studio import ConnectedStudio
from tests.e2e.sshd import HOST, free_port

FIFTY_MB = 50_000_000


@pytest.fixture(scope="module")
def alice(connected: ConnectedStudio) -> ClientMachine:
    """A machine on which `studio connect alice` has run."""
    client = connected.clients["alice"]
    client.connect()
    return client


def test_connect_reports_its_steps_and_prints_the_host(
    connected: ConnectedStudio, alice: ClientMachine
) -> None:
    *said, host = alice.connect().splitlines()
    assert host == alice.host == "studio-team-alice"
    assert any(line.startswith("run a command on") for line in said)
    settings = connected.studio.space("alice")["SpaceSettings"]
    assert settings["RemoteAccess"] == "ENABLED"
    # Terraform's values do not change, so its next plan is empty.
    assert settings["JupyterLabAppSettings"]["DefaultResourceSpec"]["InstanceType"] == "ml.t3.large"


def test_connect_copies_a_file_in_both_directions(alice: ClientMachine) -> None:
    deployment_steps.connect(alice, ConnectMethod.NATIVE)


@pytest.fixture
def without_plugin(alice: ClientMachine) -> ClientMachine:
    """The same machine without session-manager-plugin on PATH."""
    return replace(alice, path=())


def test_ssh_returns_output_and_exit_code(
    alice: ClientMachine, without_plugin: ClientMachine
) -> None:
    for machine in (alice, without_plugin):
        assert machine.ssh(machine.host, "echo out; echo err >&2; exit 7", code=7) == "out\nerr\n"


def test_scp_copies_fifty_megabytes_in_both_directions(
    without_plugin: ClientMachine, tmp_path: Path
) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(b"".join(hashlib.sha512(b"%d" % n).digest() for n in range(FIFTY_MB // 64)))
    there = f"{without_plugin.host}:{tmp_path}/there"
    without_plugin.ssh("-q", str(sent), there, program="scp")
    without_plugin.ssh("-q", there, str(tmp_path / "back"), program="scp")
    for copy in ("there", "back"):
        assert (tmp_path / copy).read_bytes() == sent.read_bytes(), copy


def test_ssh_forwards_a_port_of_the_app(alice: ClientMachine) -> None:
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(60)
        here, there = free_port(), server.getsockname()[1]
        forward = alice.session("-L", f"{here}:{HOST}:{there}")
        with socket.create_connection((HOST, here), 60) as client:
            connection, _ = server.accept()
            with connection:
                client.sendall(b"ping")
                connection.sendall(connection.recv(4) + b", pong")
            assert client.recv(10, socket.MSG_WAITALL) == b"ping, pong"
        forward.kill()
        forward.communicate(timeout=60)


@pytest.mark.parametrize(
    ("way", "runs", "denied"),
    [
        ("native", False, "UpdateSpace"),
        ("ssh-helper", False, "PutObject"),
        ("native", True, "StartSession"),
    ],
)
def test_nothing_is_left_of_a_first_connection_that_aws_denies(
    connected: ConnectedStudio, tmp_path: Path, way: str, runs: bool, denied: str
) -> None:
    alice = connected.clients["alice"]
    client = replace(alice, user="bob", home=tmp_path)
    client.paths.ssh.mkdir()
    client.paths.config.write_text("Host *\n")
    if runs:
        # bob's key is not in this sshd.
        connected.clients["bob"].connect("--way", "native", code=1)
    said = client.connect("--way", way, code=1 if runs else 2)
    assert f"when calling the {denied} operation" in said
    assert [path.name for path in client.paths.ssh.iterdir()] == ["config"]
    assert client.paths.config.read_text() == "Host *\n"


def test_a_lost_session_says_why_and_leaves_no_process(
    connected: ConnectedStudio, alice: ClientMachine
) -> None:
    session = alice.session()
    with leaving_no_process(session):
        connections = connected.sshd["alice"].connections
        assert connections
        for connection in connections:
            connection.kill()
        printed, _ = session.communicate(timeout=60)
    assert session.returncode == 255
    assert "studio: the session has ended: Exiting session" in printed
    assert "Bad packet" not in printed
    assert alice.ssh(alice.host, "echo again") == "again\n"


def test_a_killed_ssh_leaves_no_process(alice: ClientMachine) -> None:
    session = alice.session()
    with leaving_no_process(session):
        session.kill()
        session.communicate(timeout=60)


def test_ssh_accepts_the_host_key_of_a_new_app(
    connected: ConnectedStudio, alice: ClientMachine
) -> None:
    connected.studio.stop("alice")
    refused = alice.ssh(alice.host, "true", code=255)
    assert "run `studio connect alice --deployment team --region us-east-1`" in refused
    connected.new_container()
    connected.studio.start("alice", "ml.t3.large")
    assert alice.ssh(alice.host, "echo new") == "new\n"
