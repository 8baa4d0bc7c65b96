"""`studio connect` with ssh-helper: nodes, keys and host keys."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from catalog.names import ConnectMethod
from tests.conformance import deployment_steps
from tests.e2e.client_machine import ClientMachine, leaving_no_process
from tests.e2e.connected_studio import ConnectedStudio
from tests.e2e.node_agent import NodeAgent


@pytest.fixture(scope="module")
def agent(connected: ConnectedStudio) -> Iterator[NodeAgent]:
    """The SSM agent in bob's app."""
    with NodeAgent(connected.studio, connected.sshd["bob"], owner="bob") as found:
        yield found


@pytest.fixture(scope="module")
def bob(connected: ConnectedStudio, agent: NodeAgent) -> ClientMachine:  # noqa: ARG001 (it answers the command)
    """A machine on which `studio connect bob` has run."""
    client = connected.clients["bob"]
    client.connect()
    return client


def test_the_host_key_is_pinned_before_the_first_connection(
    connected: ConnectedStudio, bob: ClientMachine
) -> None:
    known = bob.paths.known_hosts.read_text().split(maxsplit=1)[1].strip()
    assert known == connected.sshd["bob"].host_key
    assert bob.ssh(bob.host, "echo out; exit 3", code=3) == "out\n"


def test_connect_copies_a_file_in_both_directions(bob: ClientMachine) -> None:
    deployment_steps.connect(bob, ConnectMethod.SSH_HELPER)


def test_a_session_that_systems_manager_terminates_says_why(
    connected: ConnectedStudio, bob: ClientMachine
) -> None:
    session = bob.session()
    with leaving_no_process(session):
        active = connected.studio.ssm.describe_sessions(State="Active")["Sessions"]
        assert active
        for each in active:
            connected.studio.ssm.terminate_session(SessionId=each["SessionId"])
        printed, _ = session.communicate(timeout=60)
    assert session.returncode == 255, printed
    assert "studio: the session has ended: " in printed


def test_two_users_connect_at_the_same_time(connected: ConnectedStudio, bob: ClientMachine) -> None:
    alice = connected.clients["alice"]
    alice.connect()

    def printed(client: ClientMachine) -> str:
        return client.ssh(client.host, f"head -c 3000000 /dev/zero; echo {client.user}")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(printed, [alice, bob, alice, bob]))
    assert [text.rpartition("\0")[2] for text in found] == ["alice\n", "bob\n"] * 2
    assert {text.count("\0") for text in found} == {3_000_000}


def test_another_machine_of_the_same_user_connects(
    connected: ConnectedStudio, bob: ClientMachine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = replace(bob, home=tmp_path_factory.mktemp("other"))
    other.connect()
    assert other.ssh(other.host, "echo other") == "other\n"
    assert bob.ssh(bob.host, "echo first") == "first\n"
    keys = connected.aws.client("s3").list_objects_v2(Bucket=connected.studio.bucket)["Contents"]
    assert len(keys) == 2
    assert all(key["Key"].startswith("ssh-authorized-keys/bob/studio-") for key in keys)


def test_another_host_key_is_rejected(agent: NodeAgent, bob: ClientMachine) -> None:
    agent.wrong_host_keys = True
    try:
        assert "Host key verification failed" in bob.connect(code=1)
    finally:
        agent.wrong_host_keys = False
    bob.connect()


def test_a_command_that_fails_on_the_node_is_reported(agent: NodeAgent, bob: ClientMachine) -> None:
    agent.before = "aws() { echo 'no credentials' >&2; return 255; }"
    try:
        said = bob.connect(code=1).splitlines()[-1]
    finally:
        agent.before = ""
    assert "the command ended as Failed: no credentials" in said


def test_a_new_app_keeps_its_host_name(connected: ConnectedStudio, bob: ClientMachine) -> None:
    before = bob.paths.entry.read_text()
    connected.studio.stop("bob")
    said = bob.connect()
    assert "start JupyterLab" in said
    assert said.splitlines()[-1] == bob.host
    assert bob.paths.entry.read_text() != before
    assert bob.ssh(bob.host, "echo new") == "new\n"
