"""The next run behind a move of the state, with the real Terraform."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.cli import main
from settings import UserError, load
from studio.terraform.deployment import Deployment
from studio_emulator.server import Emulator

BACKENDS: dict[str, dict[str, Any]] = {
    "local": {"local": {"path": "../../../terraform.x.tfstate"}},
    "bucket": {
        "s3": {
            "bucket": "team-state",
            "key": "studio/x.tfstate",
            "region": "us-east-1",
            "encrypt": True,
            "use_lockfile": True,
        }
    },
}
NOTES = {
    name: {"version": 3, "backend": {"type": kind, "config": values}}
    for name, backend in BACKENDS.items()
    for kind, values in backend.items()
}
"""What Terraform writes in a stack's folder of the backend that it uses."""
SETTINGS = {
    "local": "[users.alice]\n",
    "bucket": '[state]\nbucket = "team-state"\nkey_prefix = "studio"\n[users.alice]\n',
}


class Synthesized(Deployment):
    """One stack that creates nothing in AWS; it is synthesized already."""

    def synthesize(self) -> None:
        assert self.stacks


@dataclass
class Clone:
    """A folder in which somebody works on the deployment."""

    folder: Path

    def configured(self, where: str) -> Deployment:
        """As after a synthesis with the settings that say so."""
        folder = self.folder / "cdktf.out" / "stacks" / "x"
        folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "studio.toml").write_text(SETTINGS[where])
        (folder / "cdk.tf.json").write_text(
            json.dumps(
                {
                    "terraform": {"backend": BACKENDS[where]},
                    "resource": {"terraform_data": {"it": {"input": "one"}}},
                }
            )
        )
        entry = {"dependencies": [], "workingDirectory": "stacks/x"}
        (self.folder / "cdktf.out" / "manifest.json").write_text(
            json.dumps({"stacks": {"x": entry}})
        )
        return Synthesized(settings=load(), out=self.folder / "cdktf.out", report=lambda _: None)

    def move(self, to: str) -> int:
        return main(["state", "move", "--to", to, "--out", str(self.folder / "cdktf.out")])

    def unlock(self) -> int:
        return main(["state", "unlock", "--yes", "--out", str(self.folder / "cdktf.out")])


@pytest.fixture
def clone(aws: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr("scripts.state.Deployment", Synthesized)
    aws.client("s3").create_bucket(Bucket="team-state")
    return Clone(tmp_path)


def changes(deployment: Deployment) -> bool:
    deployment.prepare()
    (stack,) = deployment.stacks
    return deployment.plan(stack) is not None


@pytest.mark.parametrize("mover", ["this clone", "another clone"])
def test_after_a_move_there_and_back_nothing_is_created_again(clone: Clone, mover: str) -> None:
    first = clone.configured("local")
    assert changes(first)
    first.apply(*first.stacks)
    clone.configured("bucket")
    for place in ("bucket", "local"):
        assert clone.move(place) == 0
        if mover == "another clone":
            # Terraform's note of the backend there is as it was before the move.
            for note in clone.folder.rglob(".terraform/terraform.tfstate"):
                note.write_text(json.dumps(NOTES["local" if place == "bucket" else "bucket"]))
        assert not changes(clone.configured(place)), place


def test_plain_terraform_begins_anew_too(clone: Clone) -> None:
    first = clone.configured("local")
    assert changes(first)
    first.apply(*first.stacks)
    clone.configured("bucket")
    assert clone.move("bucket") == 0
    (stack,) = first.stacks
    first.runner.run(stack.folder, ["init", "-input=false"])
    assert first.runner.run(stack.folder, ["plan", "-detailed-exitcode"]).returncode == 0


@pytest.mark.parametrize(
    ("reachable", "words"),
    [
        (True, r"is still in s3://team-state/studio, .*`studio state move`"),
        (False, r"whether it was moved cannot be seen \(.*no such bucket.*\); if it was, delete"),
    ],
)
def test_settings_that_name_another_place_lose_no_state(
    clone: Clone, aws: Emulator, reachable: bool, words: str
) -> None:
    bucket = clone.configured("bucket")
    assert changes(bucket)
    bucket.apply(*bucket.stacks)
    if not reachable:
        s3 = aws.client("s3")
        s3.delete_object(Bucket="team-state", Key="studio/x.tfstate")
        s3.delete_bucket(Bucket="team-state")
    moved = clone.configured("local")
    with pytest.raises(UserError, match=words):
        moved.prepare()


def test_terraform_removes_the_lock_of_a_killed_run(
    clone: Clone, aws: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    clone.configured("bucket")
    lock = {"ID": "3b7b7a0c-8a5e-0b0e-7f0c-0c2f9d1f6a11", "Who": "bob@desk", "Info": "", "Path": ""}
    lock |= {"Operation": "OperationTypeApply", "Created": "2026-11-24T01:02:03.4Z", "Version": ""}
    key = "studio/x.tfstate.tflock"
    aws.client("s3").put_object(Bucket="team-state", Key=key, Body=json.dumps(lock))
    assert clone.unlock() == 0
    assert capsys.readouterr() == (
        "x: unlocked\n",
        "x: locked by bob@desk since 2026-11-24 01:02:03 UTC (apply)\n",
    )
    assert clone.unlock() == 0
    assert capsys.readouterr() == ("nothing is locked\n", "")


def test_the_lock_of_a_local_state_names_what_ends_it(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    clone.configured("local")
    assert clone.unlock() == 0
    state = clone.folder / "terraform.x.tfstate"
    state.write_text("{}")
    hold = "import fcntl, sys; file = open(sys.argv[1], 'r+b'); fcntl.lockf(file, fcntl.LOCK_EX);"
    hold += "print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(state)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        capsys.readouterr()
        assert clone.unlock() == 1
    assert f"`kill {holder.pid}` ends it and its lock" in capsys.readouterr().err
