"""ssh and sshd over sessions of the emulator, with a stand-in for session-manager-plugin."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from settings.paths import PROJECT
from studio_emulator.server import Emulator
from tests.e2e.sshd import PLUGIN, Sshd, Workspace, new_key
from tests.emulator.sessions.channels import SSH, advanced, eventually, session_threads

SECONDS = 120
MEGABYTES = 5
# A ProxyCommand that starts a session and executes the plugin.
PROXY = """\
import json, os, sys
import boto3
node = sys.argv[1]
request = {"Target": node, "DocumentName": "AWS-StartSSHSession"}
answer = boto3.client("ssm").start_session(**request, Parameters={"portNumber": ["22"]})
del answer["ResponseMetadata"]
words = [json.dumps(answer), "us-east-1", "StartSession", "", json.dumps(request), "http://x"]
os.execvp("session-manager-plugin", ["session-manager-plugin", *words])
"""


@pytest.fixture(scope="module")
def advanced_aws(aws_of_file: Emulator) -> Emulator:
    """An emulated AWS in Systems Manager's advanced tier."""
    advanced(aws_of_file)
    return aws_of_file


@pytest.fixture(scope="module")
def environment(advanced_aws: Emulator) -> dict[str, str]:
    path = f"{PLUGIN}:{os.environ['PATH']}"
    return {**os.environ, **advanced_aws.environment(), "PATH": path}


class Person:
    """A user's sshd, its node and the SSH configuration for it."""

    def __init__(self, folder: Path, aws: Emulator, name: str) -> None:
        self.sshd = Sshd(folder / "sshd")
        self.sshd.start()
        self.node = Workspace(self.sshd).register(aws.client("ssm"), role="node", owner=name)
        self.sshd.authorize(new_key(folder / "id"))
        (folder / "proxy.py").write_text(PROXY)
        (folder / "known_hosts").write_text(f"{name} {self.sshd.host_key}\n")
        self.configuration = folder / "config"
        self.without_plugin = folder / "config-without-plugin"
        options = {
            "BatchMode": "yes",
            "IdentityFile": folder / "id",
            "ProxyCommand": f"{sys.executable} {folder / 'proxy.py'} {self.node}",
            "StrictHostKeyChecking": "yes",
            "User": self.sshd.user,
            "UserKnownHostsFile": folder / "known_hosts",
        }
        self.configuration.write_text("".join(f"{k} {v}\n" for k, v in options.items()))
        proxy = f"env PATH=/usr/bin:/bin PYTHONPATH={PROJECT} {sys.executable} -P"
        proxy += f" -m scripts.session_proxy {self.node} --region us-east-1 --user {name}"
        options |= {"ProxyCommand": proxy}
        self.without_plugin.write_text("".join(f"{k} {v}\n" for k, v in options.items()))


@pytest.fixture(scope="module")
def people(
    advanced_aws: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Person]]:
    found = {
        name: Person(tmp_path_factory.mktemp(name), advanced_aws, name) for name in ("alice", "bob")
    }
    yield found
    for person in found.values():
        person.sshd.stop()


@pytest.fixture
def run(environment: dict[str, str]) -> Any:
    def to_the_end(
        *command: str | Path, data: bytes = b"", code: int = 0
    ) -> subprocess.CompletedProcess[bytes]:
        finished = subprocess.run(
            command, env=environment, input=data, capture_output=True, timeout=SECONDS, check=False
        )
        assert finished.returncode == code, finished.stderr
        return finished

    return to_the_end


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "The Session Manager plugin was installed successfully."),
        (["--version"], "1.2."),
        (["x"], "Unknown operation x."),
        (["{}", "us-east-1", "StopSession"], "Invalid Operation"),
    ],
)
def test_plugin_without_a_session(run: Any, words: list[str], said: str) -> None:
    assert said in run("session-manager-plugin", *words).stdout.decode()


def test_the_plugin_accepts_the_short_form_of_its_arguments(
    environment: dict[str, str], advanced_aws: Emulator, people: dict[str, Person]
) -> None:
    answer = advanced_aws.client("ssm").start_session(Target=people["alice"].node, **SSH)
    words = [json.dumps({**answer, "ResponseMetadata": {}}), "us-east-1", "StartSession"]

    def plugin() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["session-manager-plugin", *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    # The input stays open, because its end would end the session.
    with plugin() as first, plugin() as second:
        outputs = [process.stdout for process in (first, second) if process.stdout]
        started = [output.readline() + output.readline() for output in outputs]
        assert (
            started == [f"\nStarting session with SessionId: {answer['SessionId']}\n".encode()] * 2
        )
        refused, served = sorted(output.readline() for output in outputs)
        assert refused.startswith(b"Cannot perform start session: websocket: close 1003")
        assert served.startswith(b"SSH-2.0-")


def test_ssh_returns_output_and_exit_code(run: Any, people: dict[str, Person]) -> None:
    command = "cat; echo wrong >&2; exit 7"
    ended = run("ssh", "-F", people["alice"].configuration, "alice", command, data=b"in", code=7)
    assert (ended.stdout, ended.stderr) == (b"in", b"wrong\n")


def test_another_host_key_is_rejected(run: Any, people: dict[str, Person]) -> None:
    ended = run("ssh", "-F", people["alice"].configuration, "bob", "true", code=255)
    assert b"Host key verification failed" in ended.stderr


@pytest.mark.parametrize("program", [["scp"], ["scp", "-O"]], ids=["sftp", "scp"])
def test_megabytes_are_copied_in_both_directions(
    run: Any, people: dict[str, Person], tmp_path: Path, program: list[str]
) -> None:
    sent, there, back = (tmp_path / name for name in ("sent", "there", "back"))
    sent.write_bytes(os.urandom(MEGABYTES * 2**20))
    copy = [*program, "-q", "-F", people["alice"].configuration]
    run(*copy, sent, f"alice:{there}")
    run(*copy, f"alice:{there}", back)
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (sent, there, back)}
    assert len(digests) == 1


def test_ssh_works_without_a_plugin(run: Any, people: dict[str, Person], tmp_path: Path) -> None:
    configuration = people["alice"].without_plugin
    ended = run("ssh", "-F", configuration, "alice", "cat; exit 7", data=b"in", code=7)
    assert (ended.stdout, ended.stderr) == (b"in", b"")
    sent, there = tmp_path / "sent", tmp_path / "there"
    sent.write_bytes(os.urandom(2**20))
    run("scp", "-q", "-F", configuration, sent, f"alice:{there}")
    assert there.read_bytes() == sent.read_bytes()


def test_two_users_connect_at_the_same_time(
    environment: dict[str, str], people: dict[str, Person]
) -> None:
    def start(name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["ssh", "-F", people[name].configuration, name, "cat"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    running = {name: start(name) for name in people}
    for name, process in running.items():
        assert process.stdin is not None
        process.stdin.write(name.encode() * 100_000)
        process.stdin.flush()
    for name, process in running.items():
        said, _ = process.communicate(timeout=SECONDS)
        assert (process.returncode, said) == (0, name.encode() * 100_000)


def test_a_lost_session_ends_ssh_and_leaves_no_process(
    environment: dict[str, str], advanced_aws: Emulator, people: dict[str, Person]
) -> None:
    bob = people["bob"]
    process = subprocess.Popen(
        ["ssh", "-F", bob.configuration, "bob", "echo here; exec sleep 600"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"here\n"
    of_bob = [{"key": "Target", "value": bob.node}]
    ssm = advanced_aws.client("ssm")
    (session,) = ssm.describe_sessions(State="Active", Filters=of_bob)["Sessions"]
    ssm.terminate_session(SessionId=session["SessionId"])
    _, error = process.communicate(timeout=SECONDS)
    assert process.returncode == 255
    assert error
    assert eventually(lambda: not bob.sshd.connections and not session_threads())
