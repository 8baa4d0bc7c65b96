"""Moves of states between a folder and a bucket."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings import UserError
from studio.aws.state_bucket import StateBucket
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked
from studio.terraform.state.move import move
from studio.terraform.state.stores import StateStore
from studio_emulator.server import Emulator
from tests.studio.states import resource, state_with

STACKS = ("network", "role")


def state(stack: str, *, serial: int = 7, lineage: str = "", resources: int = 1) -> bytes:
    vpc = resource("aws_vpc", {"id": f"vpc-{lineage or stack}-{serial}"})
    return state_with(
        *[vpc] * resources,
        serial=serial,
        lineage=lineage or f"lineage-of-{stack}",
        outputs={"id": {"value": stack, "type": "string"}},
    ).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    for stack in STACKS:
        (tmp_path / f"terraform.{stack}.tfstate").write_bytes(state(stack))
    (tmp_path / "terraform.network.tfstate.backup").write_bytes(b"an older state")
    (tmp_path / "notes.tfstate").write_bytes(b"not a state of the deployment")
    return Folder(tmp_path)


def contents(store: StateStore) -> dict[str, bytes]:
    found = {stack: store.read(stack) for stack in store.stacks()}
    return {stack: store.content(stack) for stack, state in found.items() if state}


ALL = {stack: state(stack) for stack in STACKS}


def move_all(source: StateStore, target: StateStore) -> int:
    return move(source, target, copy=state_push(target), report=lambda _: None)


def state_push(target: StateStore) -> Callable[[str, bytes], None]:
    """Stands in for `terraform state push`, which test_state_commands.py runs."""

    def copy(stack: str, content: bytes) -> None:
        match target:
            case Folder():
                target.file(stack).write_bytes(content)
            case Bucket():
                key = f"{target.prefix}/{stack}.tfstate"
                target.bucket.call("put_object", Key=key, Body=content)

    return copy


def test_a_move_there_and_back_keeps_every_byte(bucket: Bucket, folder: Folder) -> None:
    assert move_all(folder, bucket) == 2
    assert contents(bucket) == ALL
    assert (folder.stacks(), folder.locks(), bucket.locks()) == ([], [], [])
    assert move_all(folder, bucket) == 0
    assert move_all(bucket, folder) == 2
    assert (contents(folder), contents(bucket)) == (ALL, {})


def test_no_source_is_archived_before_all_states_are_copied(bucket: Bucket, folder: Folder) -> None:
    copied = list[str]()

    def copy(stack: str, content: bytes) -> None:
        assert contents(folder) == ALL, copied
        copied.append(stack)
        state_push(bucket)(stack, content)

    move(folder, bucket, copy=copy, report=lambda _: None)
    assert (copied, folder.stacks()) == (list(STACKS), [])


STEPS: tuple[tuple[type, str], ...] = (
    (Folder, "content"),
    (Folder, "archive"),
    (Bucket, "content"),
    (Bucket, "archive"),
    (StateBucket, "call"),
)
"""The interrupted calls. Each request to S3 is one: a move copies a state, then deletes it."""


def interrupted_at(action: Callable[..., Any], countdown: list[int]) -> Callable[..., Any]:
    """The action, interrupted before its n-th call."""

    def call(*arguments: Any, **named: Any) -> Any:
        countdown[0] -= 1
        if countdown[0] == 0:
            raise KeyboardInterrupt
        return action(*arguments, **named)

    return call


@pytest.mark.slow
@pytest.mark.parametrize(("back", "steps"), [(False, 12), (True, 14)], ids=["there", "back"])
def test_a_second_move_completes_one_that_was_interrupted_at_any_step(
    entered: Emulator,
    bucket: Bucket,
    folder: Folder,
    monkeypatch: pytest.MonkeyPatch,
    back: bool,
    steps: int,
) -> None:
    source: StateStore = folder
    target: StateStore = bucket
    if back:
        move_all(source, target)
        source, target = target, source
    moment, interrupted = 0, True
    saved, files = entered.save(), {file: file.read_bytes() for file in folder.path.iterdir()}
    while interrupted:
        entered.restore(saved)
        for file in folder.path.iterdir():
            file.unlink()
        for file, written in files.items():
            file.write_bytes(written)
        moment, interrupted = moment + 1, False
        countdown = [moment]
        try:
            with monkeypatch.context() as patch:
                for store, name in STEPS:
                    step = interrupted_at(getattr(store, name), countdown)
                    patch.setattr(store, name, step)
                copy = interrupted_at(state_push(target), countdown)
                move(source, target, copy=copy, report=lambda _: None)
        except KeyboardInterrupt:
            interrupted = True
            assert {**contents(source), **contents(target)} == ALL, moment
            move_all(source, target)
        assert (contents(source), contents(target)) == ({}, ALL), moment
        move_all(target, source)
        assert (contents(source), contents(target)) == (ALL, {}), moment
    assert moment > steps


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (state("role", lineage="another"), "holds another state (serial 7; "),
        (state("role", serial=8), "holds another state (serial 8; "),
        (state("role", serial=6), "holds another state (serial 6; "),
        (b'{"version": 4, "serial"', "not a Terraform state: Invalid JSON"),
    ],
)
def test_a_move_overwrites_no_other_state(
    bucket: Bucket, folder: Folder, there: bytes, words: str
) -> None:
    bucket.bucket.call("put_object", Key="lab/role.tfstate", Body=there)
    with pytest.raises(UserError) as refused:
        move_all(folder, bucket)
    assert words in str(refused.value)
    assert contents(folder) == ALL
    assert bucket.stacks() == ["role"]


def test_a_move_overwrites_an_empty_state(bucket: Bucket, folder: Folder) -> None:
    there = state("role", lineage="new", resources=0)
    bucket.bucket.call("put_object", Key="lab/role.tfstate", Body=there)
    move_all(folder, bucket)
    assert contents(bucket) == ALL


def test_a_locked_state_is_not_moved(bucket: Bucket, folder: Folder) -> None:
    held = {"ID": "1", "Operation": "OperationTypeApply", "Who": "bob@desk"}
    body = json.dumps({**held, "Created": "2026-11-24T01:02:03.4Z"}).encode()
    bucket.bucket.call("put_object", Key="lab/role.tfstate.tflock", Body=body)
    with pytest.raises(Locked) as refused:
        move_all(folder, bucket)
    assert "role: locked by bob@desk since 2026-11-24 01:02:03 UTC (apply)" in str(refused.value)
    assert contents(folder) == ALL
    assert [lock.stack for lock in bucket.locks()] == ["role"]
