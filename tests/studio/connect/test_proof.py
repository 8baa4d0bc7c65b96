"""The proof of a connection: what is tried again, and whether ssh means the same host."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from studio.aws import sessions
from studio.connect import proof, ssh_config
from studio.connect.ssh_config import Entry, Place
from studio.errors import StepFailed
from studio.processes import children


def entry(home: Path, *, deployment: str = "team", user: str = "alice", target: str) -> Entry:
    place = Place(deployment=deployment, user=user, home=home)
    return Entry(place=place, target=target, login="u", alias="a", proxy=["proxy", target])


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
        if len(tried) == 1:
            return subprocess.CompletedProcess(command, 255, "", f"{said}\nConnection closed\n")
        return subprocess.CompletedProcess(command, 0, command[-1].split()[1], "")

    monkeypatch.setattr(proof, "captured", captured)
    monkeypatch.setattr(proof, "_PAUSE", 0.0)
    if tries > 1:
        proof.prove(alice)
    else:
        with pytest.raises(StepFailed, match="does not work"):
            proof.prove(alice)
    assert len(tried) == tries


def test_a_host_of_the_same_name_is_told(tmp_path: Path) -> None:
    """ssh takes what it reads first, and would go to the other deployment's app."""
    bob = entry(tmp_path, deployment="team-a", user="bob", target="mi-0123456789abcdef0")
    other = entry(tmp_path, user="a-bob", target="mi-0123456789abcdef1")
    assert bob.place.host == other.place.host
    for each in (bob, other):
        ssh_config.write(each)
    with pytest.raises(StepFailed, match=r"hostname is mi-0123456789abcdef1, not mi-.*f0; take "):
        proof.prove(bob)
