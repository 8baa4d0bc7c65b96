"""`studio state move` and `studio state unlock`, with the real Terraform."""

import json

import pytest

from studio_emulator.server import Emulator
from tests.studio.terraform.clone import RECORDS, Clone, changes
from tests.studio.terraform.state.locking import locked_by_another_process


@pytest.mark.slow
@pytest.mark.parametrize("mover", ["this clone", "another clone", "plain Terraform"])
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
        if mover == "plain Terraform":
            for words in (["init", "-input=false"], ["plan", "-detailed-exitcode"]):
                first.runner.run(first.stacks[0].folder, words)
        assert not changes(clone.configured(target)), target


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
