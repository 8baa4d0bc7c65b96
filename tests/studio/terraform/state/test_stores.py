"""Moves and locks of the state, with the real Terraform."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from scripts.cli import main
from settings import UserError, load
from studio.terraform.deployment import Deployment
from studio.terraform.state.folder import Folder
from studio.terraform.state.stores import check_moved
from studio_emulator.server import Emulator
from tests.studio.hostile import JSON, anything, in_one_line
from tests.studio.terraform.state.locking import locked_by_another_process

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
RECORDS = {
    name: {"version": 3, "backend": {"type": kind, "config": values}}
    for name, backend in BACKENDS.items()
    for kind, values in backend.items()
}
"""Terraform's record of the backend in the folder of a stack."""
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
    """A clone of the project in which the deployment is synthesized."""

    folder: Path

    def configured(self, where: str) -> Deployment:
        """Synthesizes the deployment with this backend."""
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
def clone(entered: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    monkeypatch.setenv("STUDIO_CONFIG", str(tmp_path / "studio.toml"))
    monkeypatch.setattr("scripts.state.Deployment", Synthesized)
    entered.client("s3").create_bucket(Bucket="team-state")
    return Clone(tmp_path)


def changes(deployment: Deployment) -> bool:
    deployment.prepare()
    (stack,) = deployment.stacks
    return deployment.plan(stack) is not None


@pytest.mark.slow
@pytest.mark.parametrize("mover", ["this clone", "another clone"])
def test_a_plan_after_a_move_has_no_changes(clone: Clone, mover: str) -> None:
    first = clone.configured("local")
    assert changes(first)
    first.apply(*first.stacks)
    clone.configured("bucket")
    for target in ("bucket", "local"):
        assert clone.move(target) == 0
        if mover == "another clone":
            # Terraform's record there still names the backend from before the move.
            for record in clone.folder.rglob(".terraform/terraform.tfstate"):
                before = "local" if target == "bucket" else "bucket"
                record.write_text(json.dumps(RECORDS[before]))
        assert not changes(clone.configured(target)), target


@pytest.mark.slow
def test_a_plan_of_plain_terraform_after_a_move_has_no_changes(clone: Clone) -> None:
    first = clone.configured("local")
    assert changes(first)
    first.apply(*first.stacks)
    clone.configured("bucket")
    assert clone.move("bucket") == 0
    (stack,) = first.stacks
    first.runner.run(stack.folder, ["init", "-input=false"])
    assert first.runner.run(stack.folder, ["plan", "-detailed-exitcode"]).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reachable", "message"),
    [
        (True, r"is still in s3://team-state/studio, .*`studio state move`"),
        (False, r"the old state cannot be read \(.*no such bucket.*\); if it was moved, delete"),
    ],
)
def test_a_run_is_refused_if_its_state_was_not_moved(
    clone: Clone, aws: Emulator, reachable: bool, message: str
) -> None:
    bucket = clone.configured("bucket")
    assert changes(bucket)
    bucket.apply(*bucket.stacks)
    if not reachable:
        s3 = aws.client("s3")
        s3.delete_object(Bucket="team-state", Key="studio/x.tfstate")
        s3.delete_bucket(Bucket="team-state")
    moved = clone.configured("local")
    with pytest.raises(UserError, match=message):
        moved.prepare()


@pytest.mark.slow
def test_unlock_removes_the_lock_of_a_killed_run(
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


def test_unlock_of_a_stack_that_main_py_lacks_is_one_line(
    clone: Clone, aws: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    clone.configured("bucket")
    aws.client("s3").put_object(Bucket="team-state", Key="studio/old.tfstate.tflock", Body=b"{}")
    assert clone.unlock() == 2
    assert capsys.readouterr().err.splitlines()[1:] == [
        "studio state: old: locked, but main.py has no such stack: restore it in main.py first"
    ]


def test_unlock_of_a_local_state_names_the_process_that_holds_it(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    clone.configured("local")
    state = clone.folder / "terraform.x.tfstate"
    state.write_text("{}")
    with locked_by_another_process(state) as pid:
        assert clone.unlock() == 1
    assert f"`kill {pid}` ends it and its lock" in capsys.readouterr().err


@anything
@given(document=JSON)
def test_a_malformed_record_of_a_backend_is_ignored(document: Any, tmp_path: Path) -> None:
    (tmp_path / ".terraform").mkdir(exist_ok=True)
    (tmp_path / ".terraform" / "terraform.tfstate").write_text(json.dumps(document))
    assert in_one_line(lambda: check_moved("x", tmp_path, Folder(tmp_path))) is None
