"""sagemaker-ssh-helper's client finds nodes of the emulated AWS and connects."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.processes.children import captured
from studio.toolchain.toolbox import SSH_HELPER_VENV
from studio_emulator.server import Emulator
from tests.commands import write_program
from tests.e2e.node_agent import NodeAgent
from tests.e2e.small_studio import SmallStudio
from tests.e2e.sshd import PLUGIN, Sshd, tell

SECONDS = 600
# No package index has version 2 of the AWS CLI, and version 1 lacks this option.
AWS_CLI = """\
#!/bin/sh
for word do
    shift
    [ "$word" = --no-cli-pager ] || set -- "$@" "$word"
done
exec {cli} "$@"
"""


@pytest.fixture(scope="module")
def studio(aws_of_file: Emulator) -> SmallStudio:
    """The spaces alice and bob, with running apps."""
    found = SmallStudio(aws_of_file, "alice", "bob")
    for user in ("alice", "bob"):
        found.start(user, "ml.t3.large")
    return found


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with Sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture(scope="module")
def nodes(studio: SmallStudio, sshd: Sshd) -> dict[str, str]:
    """The nodes of both apps; alice has an older node of a previous app."""

    def register(user: str, *tags: str) -> str:
        app = studio.app(user)
        assert app is not None
        return sshd.register(
            studio.ssm,
            role=studio.node_role,
            owner=user,
            resource_arn=app["AppArn"],
            tags=tags,
        )

    older = register("alice", "SSHTimestamp=1000000000")
    tell(studio.aws.endpoint_url, "nodes", {"id": older, "online": False})
    return {"older": older, "alice": register("alice"), "bob": register("bob")}


@pytest.fixture(scope="module")
def environment(studio: SmallStudio, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user's machine: the client and a stand-in for session-manager-plugin."""
    if not (SSH_HELPER_VENV / "bin" / "sm-ssh").exists():
        pytest.fail("the client is missing: run `python3 -m scripts.setup --checks`", pytrace=False)
    home = tmp_path_factory.mktemp("home")
    (home / ".ssh").mkdir(mode=0o700)
    text = AWS_CLI.format(cli=SSH_HELPER_VENV / "bin" / "aws")
    cli = write_program(home / "bin" / "aws", text)
    return {
        **studio.aws.environment(),
        "PATH": f"{PLUGIN}:{cli.parent}:{SSH_HELPER_VENV / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "SSH_AUTHORIZED_KEYS_PATH": f"s3://{studio.bucket}/ssh-authorized-keys/alice/",
        "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
    }


def run(environment: dict[str, str], *command: str, code: int = 0) -> str:
    finished = captured(command, env=environment, seconds=SECONDS)
    assert finished.returncode == code, finished.stdout + finished.stderr
    return finished.stdout


def test_apps_are_listed_with_their_nodes(
    environment: dict[str, str], nodes: dict[str, str], studio: SmallStudio
) -> None:
    assert nodes
    listed = run(environment, "sm-ssh", "list", "studio.sagemaker").splitlines()
    apps = sorted(line.split() for line in listed if line.endswith(".studio.sagemaker"))
    # The client looks for a space's app by user profile, and finds no status.
    assert apps == [
        ["Online", "JupyterLab", "None", f"default.{user}.{studio.domain_id}.studio.sagemaker"]
        for user in ("alice", "bob")
    ]


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_the_client_finds_nodes_by_tag(
    studio: SmallStudio, environment: dict[str, str], nodes: dict[str, str], user: str
) -> None:
    app = (studio.domain_id, user, "default")
    program = (
        "from sagemaker_ssh_helper.manager import SSMManager\n"
        f"print(*SSMManager().get_studio_user_kgw_instance_ids(*{app}))"
    )
    found = run(environment, str(SSH_HELPER_VENV / "bin" / "python"), "-c", program).split()
    assert found[0] == nodes[user]
    tagged = studio.ssm.describe_instance_information(
        Filters=[{"Key": "tag:SSHOwner", "Values": [user]}]
    )["InstanceInformationList"]
    assert set(found) == {node["InstanceId"] for node in tagged}
    assert len(found) == (2 if user == "alice" else 1)


def test_the_client_connects(
    studio: SmallStudio, environment: dict[str, str], nodes: dict[str, str], sshd: Sshd
) -> None:
    host = f"default.alice.{studio.domain_id}.studio.sagemaker"
    known_hosts = Path(environment["HOME"]) / ".ssh" / "known_hosts"
    known_hosts.write_text(f"{host} {sshd.host_key}\n")
    options = {
        "IdentityFile": Path(environment["HOME"]) / ".ssh" / host,
        "PasswordAuthentication": "no",
        "ProxyCommand": "sm-ssh start-proxy %h",
        "User": sshd.user,
        "UserKnownHostsFile": known_hosts,
    }
    configuration = Path(environment["HOME"]) / ".ssh" / "config"
    configuration.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    with NodeAgent(studio, sshd, owner="alice"):
        said = run(environment, "ssh", "-F", str(configuration), host, "echo here; exit 7", code=7)
    assert said == "here\n"
    (session,) = studio.ssm.describe_sessions(State="History")["Sessions"]
    assert session["DocumentName"] == "AWS-StartSSHSession"
    assert session["Target"] not in (nodes["older"], nodes["bob"])
