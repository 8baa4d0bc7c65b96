"""Bash runs the start script for ssh-helper, with stand-ins for the programs of the image."""

import itertools
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from modules import start_script
from settings.users import SPACE_APP_TYPES
from studio.processes.children import captured
from tests.commands import write_program
from tests.synthesis import new_stack, synth

SUDO = """\
while [ $# -gt 0 ]; do
    case $1 in
        --preserve-env) ;;
        *=*) export "$1" ;;
        *) break ;;
    esac
    shift
done
exec "$@"
"""
RECORD = 'echo "$(basename "$0") $* [$AWS_REGION $HOME $SSH_AUTHORIZED_KEYS_PATH]" >>"$CALLS"\n'
# Runs until the test ends it, as the agent does.
AGENT = RECORD + '[ "$1" != ssm-agent ] || read -r _ <"$GATE"\n'
APP = "arn:aws:sagemaker:eu-west-1:123456789012:app/d-1/alice/JupyterLab/default"


@dataclass
class Container:
    """The container of an app, with its files below a folder, and the calls of its programs."""

    root: Path

    def program(self, name: str, body: str = RECORD) -> None:
        write_program(self.root / "bin" / name, f"#!/bin/bash\n{body}")

    def configure(self) -> None:
        marker = self.root / "opt" / "sagemaker-ssh-helper" / ".ssh-ide-configured"
        marker.parent.mkdir(parents=True)
        marker.touch()

    def start(self) -> subprocess.CompletedProcess[str]:
        """Run the script as SageMaker does, until all processes with its output have ended."""
        script = start_script.ssh_helper_script("alice")
        path = self.root / "script"
        path.write_text(re.sub("/(opt|root|proc|tmp)/?", rf"{self.root}\g<0>", script))
        try:
            return captured(
                ["bash", path],
                env={
                    "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
                    "CALLS": str(self.root / "calls"),
                    "GATE": str(self.root / "gate"),
                },
                seconds=60,
            )
        finally:
            path.unlink()  # as SageMaker does

    def release(self) -> str:
        """End the agent when it runs; returns the log at the end of the script."""
        (self.root / "gate").write_text("\n")
        return self.end()

    def end(self, log: Path | None = None) -> str:
        """The log at the end of the script."""
        log, deadline = log or self.log, time.monotonic() + 60
        while "ended with exit code" not in (text := log.read_text()):
            assert time.monotonic() < deadline, text
            time.sleep(0.02)
        return text

    @property
    def log(self) -> Path:
        return self.root / "proc" / "1" / "fd" / "1"

    @property
    def calls(self) -> list[str]:
        path = self.root / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def container(tmp_path: Path) -> Container:
    it = Container(tmp_path)
    for folder in ("opt", "root", "proc/1/fd", "tmp"):
        (tmp_path / folder).mkdir(parents=True)
    os.mkfifo(tmp_path / "gate")
    it.log.touch()
    it.program("sudo", SUDO)
    it.program("jq", f"echo {APP}\n")
    it.program("ssh-keygen")
    it.program("sm-ssh-ide", AGENT)
    return it


def test_the_node_is_registered_before_the_agent_ends(container: Container) -> None:
    container.configure()
    (container.root / "root" / ".sm-ssh-owner").write_text("bob\n")
    started = container.start()
    assert (started.returncode, started.stderr) == (0, "")
    assert started.stdout.startswith("studio-ssh: starting for alice in the background")
    assert "ended with exit code 0" in container.release()
    keys = "s3://sagemaker-eu-west-1-123456789012/ssh-authorized-keys/alice/"
    known = f"[eu-west-1 {container.root}/root {keys}]"
    assert container.calls == [
        f"ssh-keygen -A {known}",
        f"sm-ssh-ide configure --ssh-only {known}",
        f"sm-ssh-ide set-local-user-id alice {known}",
        f"sm-ssh-ide init-ssm {known}",
        f"sm-ssh-ide start {known}",
        f"sm-ssh-ide ssm-agent {known}",
    ]
    assert not (container.root / "root" / ".sm-ssh-owner").exists()


@pytest.mark.parametrize("failing", ["configure", "set-local-user-id", "init-ssm", "start"])
def test_a_failed_step_is_the_last_one_and_is_in_the_log_of_the_app(
    container: Container, failing: str
) -> None:
    container.configure()
    body = f'[ "$1" != {failing} ] || {{ echo "AccessDenied" >&2; exit 7; }}\n'
    container.program("sm-ssh-ide", RECORD + body)
    assert container.start().returncode == 0
    log = container.end()
    assert "AccessDenied\nstudio-ssh: ended with exit code 7: nobody can connect" in log
    assert container.calls[-1].startswith(f"sm-ssh-ide {failing} ")


def test_an_app_of_an_image_without_ssh_helper_starts(container: Container) -> None:
    started = container.start()
    assert started.returncode == 0
    assert started.stderr.startswith("studio-ssh: no SSH: this image does not contain")
    assert container.calls == []


def test_another_log_is_written_if_the_log_of_the_app_cannot_be_opened(
    container: Container,
) -> None:
    container.configure()
    container.log.unlink()
    container.log.mkdir()  # root can open any file
    container.program("sm-ssh-ide")
    other = container.root / "tmp" / "studio-ssh.log"
    assert container.start().stdout.endswith(f"the rest is in {other}\n")
    assert "ended with exit code 0" in container.end(other)


def test_the_script_names_its_user_and_downloads_nothing() -> None:
    script = start_script.ssh_helper_script("alice-2")
    assert "user=alice-2\n" in script
    assert "@" not in script.replace("$@", "")
    assert not re.search(r"\b(curl|wget|pip|yum|dnf|apt(-get)?|git|https?)\b", script)


def test_a_new_script_is_attached_before_the_old_one_is_deleted() -> None:
    stack = new_stack()
    for user, app_type in itertools.product(("alice", "bob"), SPACE_APP_TYPES):
        start_script.SshHelperScript(
            stack, f"{user}-{app_type}", name=f"lab-{user}", user=user, app_type=app_type
        )
    found = synth(stack)["resource"]["aws_sagemaker_studio_lifecycle_config"].values()
    names = [config["studio_lifecycle_config_name"] for config in found]
    assert all(re.fullmatch("lab-(alice|bob)-[0-9a-f]{8}", name) for name in names)
    assert len({name[-8:] for name in names}) == 4
    types = [config["studio_lifecycle_config_app_type"] for config in found]
    assert sorted(types) == ["CodeEditor", "CodeEditor", "JupyterLab", "JupyterLab"]
    assert all(config["lifecycle"] == {"create_before_destroy": True} for config in found)


def test_a_script_longer_than_the_limit_is_refused() -> None:
    longest = start_script.encoded(start_script.ssh_helper_script("u" * 63))
    assert len(longest) < start_script.LONGEST_SCRIPT
    with pytest.raises(ValueError, match="at most 16384"):
        start_script.encoded("x" * start_script.LONGEST_SCRIPT)
