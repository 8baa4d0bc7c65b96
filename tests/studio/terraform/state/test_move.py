"""Moves of states between a folder and a bucket, and the checks before a run."""

from __future__ import annotations

import errno
import json
import os
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
from studio.terraform.state.stores import StateStore, check, require_unlocked, store_of
from studio_emulator.server import Emulator
from tests.fixtures import SettingsBuilder
from tests.studio.terraform.state.locking import locked_by_another_process

STACKS = ("network", "role")


def vpc(id_: str) -> dict[str, Any]:
    instances = [{"attributes": {"id": id_}}]
    return {"mode": "managed", "type": "aws_vpc", "name": "vpc", "instances": instances}


def state(stack: str, *, serial: int = 7, lineage: str = "", resources: int = 1) -> bytes:
    return json.dumps(
        {
            "version": 4,
            "serial": serial,
            "lineage": lineage or f"lineage-of-{stack}",
            "outputs": {"id": {"value": stack, "type": "string"}},
            "resources": [vpc(f"vpc-{lineage or stack}-{serial}")] * resources,
        }
    ).encode()


@pytest.fixture
def bucket(entered: Emulator, settings: SettingsBuilder, tmp_path: Path) -> Bucket:
    entered.client("s3").create_bucket(Bucket="team-state")
    chosen = settings(state={"bucket": "team-state", "key_prefix": "lab"})
    found = store_of(chosen, tmp_path)
    assert isinstance(found, Bucket)
    return found


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
    """Stands in for `terraform state push`, which test_stores.py runs."""

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


def test_a_move_ignores_other_objects_in_the_bucket(bucket: Bucket, folder: Folder) -> None:
    others = ("other/role.tfstate", "lab/deeper/role.tfstate", "lab/notes.txt")
    for key in others:
        bucket.bucket.call("put_object", Key=key, Body=b"others")
    move_all(folder, bucket)
    move_all(bucket, folder)
    for key in others:
        answer = bucket.bucket.call("get_object", Key=key)
        assert answer["Body"].read() == b"others"


def test_a_locked_state_is_not_moved(bucket: Bucket, folder: Folder) -> None:
    held = {"ID": "1", "Operation": "OperationTypeApply", "Who": "bob@desk"}
    body = json.dumps({**held, "Created": "2026-11-24T01:02:03.4Z"}).encode()
    bucket.bucket.call("put_object", Key="lab/role.tfstate.tflock", Body=body)
    with pytest.raises(Locked) as refused:
        move_all(folder, bucket)
    assert "role: locked by bob@desk since 2026-11-24 01:02:03 UTC (apply)" in str(refused.value)
    assert contents(folder) == ALL
    assert [lock.stack for lock in bucket.locks()] == ["role"]


@pytest.mark.parametrize("content", [b"", state("role")], ids=["first run", "later run"])
def test_a_local_state_is_locked_while_another_process_holds_its_lock(
    folder: Folder, content: bytes
) -> None:
    folder.file("role").write_bytes(content)
    description = folder.path / ".terraform.role.tfstate.lock.info"
    description.write_text(json.dumps({"Who": "alice@lap", "Operation": "OperationTypePlan"}))
    assert folder.locks() == []
    with locked_by_another_process(folder.file("role")) as pid:
        (lock,) = folder.locks()
        with pytest.raises(Locked, match=rf"; `kill {pid}` ends it and its lock$"):
            require_unlocked(folder)
    assert str(lock) == "role: locked by alice@lap since unknown (plan)"
    assert folder.locks() == []


def test_a_lock_without_a_readable_description_is_a_lock(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    folder.file("role").write_bytes(state("role"))
    (folder.path / ".terraform.role.tfstate.lock.info").touch()
    monkeypatch.setattr(Path, "read_bytes", denied)
    with locked_by_another_process(folder.file("role")):
        (lock,) = folder.locks()
    assert str(lock) == "role: locked by another run since unknown (unknown)"


def test_a_run_is_refused_while_states_are_not_yet_in_the_bucket(
    bucket: Bucket, folder: Folder, settings: SettingsBuilder
) -> None:
    chosen = settings(state={"bucket": "team-state", "key_prefix": "lab"})
    with pytest.raises(UserError, match=r"network, role is still in .* `studio state move`"):
        check(chosen, folder.path)
    move_all(folder, bucket)
    check(chosen, folder.path)


@pytest.mark.parametrize(("stacks", "held"), [(["net*"], False), (["*"], True), (["role"], True)])
def test_a_run_is_refused_if_one_of_its_stacks_is_locked(
    bucket: Bucket, settings: SettingsBuilder, tmp_path: Path, stacks: list[str], held: bool
) -> None:
    chosen: Any = settings(state={"bucket": "team-state", "key_prefix": "lab"})
    bucket.bucket.call("put_object", Key="lab/role.tfstate.tflock", Body=b"\x00[")
    if held:
        with pytest.raises(Locked, match="role: locked by another run since unknown"):
            check(chosen, tmp_path, stacks=stacks)
    else:
        check(chosen, tmp_path, stacks=stacks)
