"""The proof of a connection: what is tried again, and whether ssh means the same host."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from studio.aws import sessions
from studio.connect import proof, ssh_config
from studio.connect.ssh_config import HostEntry, SshPaths, Target
from studio.errors import StepFailed
from studio.processes import children


def entry(home: Path, *, deployment: str = "team", user: str = "alice", target: str) -> HostEntry:
    paths = SshPaths(deployment=deployment, user=user, home=home)
    return HostEntry(
        paths=paths,
        target=Target(id=target, host_key_alias=f"{paths.host}.{target}"),
        login="u",
        proxy=["proxy", target],
    )


@pytest.mark.parametrize(
    ("said", "tries"),
    [
        (f"{sessions.NOT_YET}the app of alice cannot be reached", 2),
        (f"{sessions.NEVER}there are no AWS credentials here", 1),
        ("Permission denied (publickey).", 1),
    ],
)
def test_what_may_pass_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, tries: int
) -> None:
    alice = entry(tmp_path, target="mi-0123456789abcdef0")
    ssh_config.write(alice)
    really, tried = children.captured, []

    def captured(command: Sequence[str], *, seconds: float) -> subprocess.CompletedProcess[str]:
        if "-G" in command:
            return really(command, seconds=seconds)
        tried.append(command)
        if command[0] == "ssh" and len(tried) == 1:
            return subprocess.CompletedProcess(command, 255, "", f"{said}\nConnection closed\n")
        return subprocess.CompletedProcess(command, 0, f"{command[-1][5:21]}\n/home/u\nuid=1\n", "")

    monkeypatch.setattr(proof, "captured", captured)
    monkeypatch.setattr(proof, "_PAUSE", 0.0)
    if tries > 1:
        proof.prove(alice, print)
    else:
        with pytest.raises(StepFailed, match="does not work"):
            proof.prove(alice, print)
    assert sum(command[0] == "ssh" for command in tried) == tries


def test_what_fails_slowly_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = entry(tmp_path, target="mi-0123456789abcdef0")
    ssh_config.write(alice)
    really, tried = children.captured, []

    def captured(command: Sequence[str], *, seconds: float) -> subprocess.CompletedProcess[str]:
        if "-G" in command:
            return really(command, seconds=seconds)
        tried.append(command)
        return subprocess.CompletedProcess(command, 255, "", f"{sessions.NOT_YET}no answer\n")

    monkeypatch.setattr(proof, "captured", captured)
    monkeypatch.setattr(proof, "_RETRY_SECONDS", -1.0)
    with pytest.raises(StepFailed, match="no answer"):
        proof.prove(alice, print)
    assert len(tried) == 1


def test_another_host_of_the_same_name_is_an_error(tmp_path: Path) -> None:
    """ssh takes what it reads first, and would go to the other deployment's app."""
    bob = entry(tmp_path, deployment="team-a", user="bob", target="mi-0123456789abcdef0")
    other = entry(tmp_path, user="a-bob", target="mi-0123456789abcdef1")
    assert bob.paths.host == other.paths.host
    for each in (bob, other):
        ssh_config.write(each)
    with pytest.raises(StepFailed, match=r"its hostname is mi-0123456789abcdef1, not mi-.*f0; "):
        proof.prove(bob, print)


def test_what_the_host_answers_is_reported_and_what_an_editor_lacks_without_sftp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = entry(tmp_path, target="mi-0123456789abcdef0")
    ssh_config.write(alice)
    really = children.captured

    def captured(command: Sequence[str], *, seconds: float) -> subprocess.CompletedProcess[str]:
        if "-G" in command:
            return really(command, seconds=seconds)
        if command[0] == "sftp":
            return subprocess.CompletedProcess(command, 255, "", "subsystem request failed\n")
        printed = f"Welcome\n{command[-1][5:21]}\n/home/u\nuid=1000(u)\n"
        return subprocess.CompletedProcess(command, 0, printed, "")

    monkeypatch.setattr(proof, "captured", captured)
    said: list[str] = []
    proof.prove(alice, said.append)
    answer, lacking = said
    assert answer == "studio-team-alice answers: /home/u; uid=1000(u)"
    assert "SFTP does not work on studio-team-alice (subsystem request failed)" in lacking
    assert "an editor cannot copy its server there; unpack it in a lifecycle config" in lacking
