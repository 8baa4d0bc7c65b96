"""The test of a connection retries temporary errors; another entry with its host is an error."""

import pwd
import subprocess
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.aws import sessions
from studio.connect import proof, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target
from studio.errors import StepFailed


def entry(home: Path, *, deployment: str = "team", user: str = "alice", target: str) -> HostEntry:
    paths = SshPaths(deployment=deployment, user=user, home=home)
    return HostEntry(
        paths=paths,
        target=Target(id=target, host_key_alias=f"{paths.host}.{target}"),
        login="u",
        proxy=["proxy", target],
    )


@pytest.fixture
def alice(tmp_path: Path) -> HostEntry:
    return entry(tmp_path, target="mi-0123456789abcdef0")


Respond = Callable[[Sequence[str]], tuple[int, str, str]]


def fake_ssh(monkeypatch: pytest.MonkeyPatch, respond: Respond) -> list[str]:
    """Replace the connections of ssh and sftp; returns the programs that ran, as they run."""
    programs = list[str]()

    def captured(command: Sequence[str], **_: float) -> subprocess.CompletedProcess[str]:
        programs.append(command[0])
        return subprocess.CompletedProcess(command, *respond(command))

    monkeypatch.setattr(proof, "captured", captured)
    monkeypatch.setattr(proof, "_PAUSE", 0.0)
    return programs


def printed(command: Sequence[str]) -> str:
    """What the command of the proof prints."""
    return f"Welcome\n{command[-1][5:21]}\n/home/u\nuid=1000(u)\n"


@pytest.mark.parametrize(
    ("error", "seconds", "attempts"),
    [
        (f"{sessions.NOT_YET}the app of alice cannot be reached", 45.0, 2),
        (f"{sessions.NOT_YET}the app of alice cannot be reached", -1.0, 1),
        (f"{sessions.NEVER}there are no AWS credentials here", 45.0, 1),
        ("Permission denied (publickey).", 45.0, 1),
    ],
)
def test_only_a_temporary_error_is_retried_for_some_seconds(
    alice: HostEntry, monkeypatch: pytest.MonkeyPatch, error: str, seconds: float, attempts: int
) -> None:
    def respond(command: Sequence[str]) -> tuple[int, str, str]:
        if programs == ["ssh"]:
            return 255, "", f"{error}\nConnection closed\n"
        return 0, printed(command), ""

    programs = fake_ssh(monkeypatch, respond)
    monkeypatch.setattr(proof, "_RETRY_SECONDS", seconds)
    works = nullcontext() if attempts > 1 else pytest.raises(StepFailed, match="does not work")
    with works:
        proof.prove(alice, print)
    assert programs.count("ssh") == attempts


def time_out(command: Sequence[str]) -> tuple[int, str, str]:
    raise subprocess.TimeoutExpired(command, 120)


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (lambda _: (255, "", "Connection closed\n\n  by remote host \n"), "Connection closed; by "),
        (lambda _: (0, "Welcome\n", ""), r"exit code 0, printed 'Welcome\n'"),
        (lambda command: (1, printed(command), ""), r"exit code 1, printed 'Welcome\n"),
        (time_out, "no answer within 120 seconds"),
    ],
)
def test_after_four_attempts_the_reason_is_an_error(
    alice: HostEntry, monkeypatch: pytest.MonkeyPatch, respond: Respond, reason: str
) -> None:
    programs = fake_ssh(monkeypatch, respond)
    with pytest.raises(StepFailed) as failed:
        proof.prove(alice, print)
    assert str(failed.value).startswith(f"`ssh {alice.paths.host}` does not work: {reason}")
    assert programs == ["ssh"] * 4


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (lambda _: (255, "", "line 3: Bad option\n"), "does not work: line 3: Bad option"),
        (time_out, "timed out after 120 s"),
    ],
)
def test_a_configuration_that_ssh_does_not_read_is_an_error(
    alice: HostEntry, monkeypatch: pytest.MonkeyPatch, respond: Respond, reason: str
) -> None:
    fake_ssh(monkeypatch, respond)
    with pytest.raises(StepFailed, match=f"^`ssh -G {alice.paths.host}` {reason}$"):
        proof.write(alice)


def test_a_forwarded_port_that_another_window_uses_is_no_failure(
    alice: HostEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.paths.ssh.mkdir()
    alice.paths.config.write_text("ExitOnForwardFailure yes\nLocalForward 6006 localhost:6006\n")
    commands: list[Sequence[str]] = []

    def respond(command: Sequence[str]) -> tuple[int, str, str]:
        commands.append(command)
        return 0, printed(command), ""

    fake_ssh(monkeypatch, respond)
    proof.prove(alice, print)
    program, *words = commands[0]
    options = subprocess.check_output([program, "-G", *words], text=True).splitlines()
    assert "exitonforwardfailure yes" in options
    assert not [line for line in options if line.startswith("localforward")]


def test_another_entry_with_the_same_host_is_an_error(tmp_path: Path) -> None:
    """ssh reads the first entry, and would connect to the app of the other deployment."""
    bob = entry(tmp_path, deployment="team-a", user="bob", target="mi-0123456789abcdef0")
    other = entry(tmp_path, user="a-bob", target="mi-0123456789abcdef1")
    assert bob.paths.host == other.paths.host
    proof.write(bob)
    ssh_config.write(other)
    with pytest.raises(StepFailed, match=r"its hostname is mi-0123456789abcdef1, not mi-.*f0; "):
        proof.write(bob)


def test_the_output_and_a_missing_sftp_are_reported(
    alice: HostEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def respond(command: Sequence[str]) -> tuple[int, str, str]:
        if command[0] == "sftp":
            return 255, "", "subsystem request failed\n"
        return 0, printed(command), ""

    fake_ssh(monkeypatch, respond)
    reported: list[str] = []
    proof.prove(alice, reported.append)
    answer, problem, configuration = reported
    assert answer == "studio-team-alice answers: /home/u; uid=1000(u)"
    assert "SFTP does not work on studio-team-alice (subsystem request failed)" in problem
    assert "editors cannot copy their server; install it with a lifecycle config" in problem
    config = alice.paths.config
    assert f"HOME is not the home of this account: `ssh -F {config} studio-" in configuration


def test_in_the_home_of_the_account_ssh_needs_no_flag(
    alice: HostEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = SimpleNamespace(pw_dir=str(alice.paths.home))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: account)
    fake_ssh(monkeypatch, lambda command: (0, printed(command), ""))
    reported: list[str] = []
    proof.prove(alice, reported.append)
    assert len(reported) == 1
    assert alice.paths.entry.is_file()
