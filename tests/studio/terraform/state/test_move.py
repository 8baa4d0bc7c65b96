"""Moving states between a folder and a bucket: nothing is lost, whenever it is interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings import UserError
from studio.terraform.state.base import StateStore
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.files import StateFile
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked
from studio.terraform.state.move import move
from studio.terraform.state.stores import check, require_unlocked
from studio_emulator.server import Emulator
from tests.fixtures import SettingsBuilder

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
def bucket(aws: Emulator, monkeypatch: pytest.MonkeyPatch, settings: SettingsBuilder) -> Bucket:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    aws.client("s3").create_bucket(Bucket="team-state")
    return Bucket.of(settings(state={"bucket": "team-state", "key_prefix": "lab"}))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    for stack in STACKS:
        (tmp_path / f"terraform.{stack}.tfstate").write_bytes(state(stack))
    (tmp_path / "terraform.network.tfstate.backup").write_bytes(b"an older one")
    (tmp_path / "notes.tfstate").write_bytes(b"not ours")
    return Folder(tmp_path)


def contents(place: StateStore) -> dict[str, bytes]:
    found = {stack: place.read(stack) for stack in place.stacks()}
    return {stack: state.content for stack, state in found.items() if state}


ALL = {stack: state(stack) for stack in STACKS}


def moved(source: StateStore, target: StateStore) -> int:
    return move(source, target, copy=copying(target), report=lambda _: None)


def copying(target: StateStore) -> Callable[[str, StateFile], None]:
    """Writes a state as `terraform state push` does, which test_backends.py runs."""

    def copy(stack: str, state: StateFile) -> None:
        match target:
            case Folder():
                target.file(stack).write_bytes(state.content)
            case Bucket():
                key = f"{target.prefix}/{stack}.tfstate"
                target.client.put_object(Bucket=target.bucket, Key=key, Body=state.content)

    return copy


def test_there_and_back_is_byte_for_byte_the_same(bucket: Bucket, folder: Folder) -> None:
    assert moved(folder, bucket) == 2
    assert contents(bucket) == ALL
    assert (folder.stacks(), folder.locks(), bucket.locks()) == ([], [], [])
    assert moved(folder, bucket) == 0
    assert moved(bucket, folder) == 2
    assert (contents(folder), contents(bucket)) == (ALL, {})


def dying(action: Callable[..., Any], countdown: list[int], *, after: bool) -> Callable[..., Any]:
    """The action, interrupted instead of its n-th call, or right behind it."""

    def call(*arguments: Any) -> Any:
        countdown[0] -= 1
        interrupted = countdown[0] == 0
        if interrupted and not after:
            raise KeyboardInterrupt
        result = action(*arguments)
        if interrupted:
            raise KeyboardInterrupt
        return result

    return call


@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_interrupted_at_any_step_and_repeated_nothing_is_lost(
    bucket: Bucket, folder: Folder, monkeypatch: pytest.MonkeyPatch, back: bool, after: bool
) -> None:
    source: StateStore = folder
    target: StateStore = bucket
    if back:
        moved(source, target)
        source, target = target, source
    moment, interrupted = 0, True
    while interrupted:
        moment, interrupted = moment + 1, False
        countdown = [moment]
        try:
            with monkeypatch.context() as patch:
                for store in (Folder, Bucket):
                    for name in ("read", "archive"):
                        step = dying(getattr(store, name), countdown, after=after)
                        patch.setattr(store, name, step)
                copy = dying(copying(target), countdown, after=after)
                move(source, target, copy=copy, report=lambda _: None)
        except KeyboardInterrupt:
            interrupted = True
            assert {**contents(source), **contents(target)} == ALL, moment
            moved(source, target)
        assert (contents(source), contents(target)) == ({}, ALL), moment
        moved(target, source)
    assert moment > 8


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (state("role", lineage="somebody-else"), "holds another state (serial 7; in "),
        (state("role", serial=8), "holds another state (serial 8; in "),
        (state("role", serial=6), "holds another state (serial 6; in "),
        (b'{"version": 4, "serial"', "not a state of Terraform's: Invalid JSON"),
    ],
)
def test_what_could_lose_something_is_refused_before_anything_moves(
    bucket: Bucket, folder: Folder, there: bytes, words: str
) -> None:
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate", Body=there)
    with pytest.raises(UserError) as refused:
        moved(folder, bucket)
    assert words in str(refused.value)
    assert contents(folder) == ALL
    assert bucket.stacks() == ["role"]


def test_an_empty_state_gives_way(bucket: Bucket, folder: Folder) -> None:
    there = state("role", lineage="new", resources=0)
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate", Body=there)
    moved(folder, bucket)
    assert contents(bucket) == ALL


def test_another_deployment_in_the_bucket_is_not_touched(bucket: Bucket, folder: Folder) -> None:
    for key in ("other/role.tfstate", "lab/deeper/role.tfstate", "lab/notes.txt"):
        bucket.client.put_object(Bucket="team-state", Key=key, Body=b"others")
    moved(folder, bucket)
    moved(bucket, folder)
    for key in ("other/role.tfstate", "lab/deeper/role.tfstate", "lab/notes.txt"):
        answer = bucket.client.get_object(Bucket="team-state", Key=key)
        assert answer["Body"].read() == b"others"


def test_a_held_state_is_not_moved_and_says_who_holds_it(bucket: Bucket, folder: Folder) -> None:
    held = {"ID": "1", "Operation": "OperationTypeApply", "Who": "bob@desk"}
    body = json.dumps({**held, "Created": "2026-11-24T01:02:03.4Z"}).encode()
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate.tflock", Body=body)
    with pytest.raises(Locked) as refused:
        moved(folder, bucket)
    assert "role: locked by bob@desk since 2026-11-24 01:02:03 UTC (apply)" in str(refused.value)
    assert contents(folder) == ALL
    assert [lock.stack for lock in bucket.locks()] == ["role"]


def test_terraforms_lock_on_a_local_state_is_seen_and_its_leftover_is_not(folder: Folder) -> None:
    description = folder.path / ".terraform.role.tfstate.lock.info"
    description.write_text(json.dumps({"Who": "alice@lap", "Operation": "OperationTypePlan"}))
    assert folder.locks() == []
    hold = (
        "import fcntl, sys; file = open(sys.argv[1], 'r+b'); fcntl.lockf(file, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, folder.file("role")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        (lock,) = folder.locks()
        with pytest.raises(Locked, match=rf"; `kill {holder.pid}` ends it and its lock$"):
            require_unlocked(folder)
    assert str(lock) == "role: locked by alice@lap since unknown (plan)"
    assert folder.locks() == []


def test_a_run_is_refused_while_states_lie_where_the_settings_do_not_say(
    bucket: Bucket, folder: Folder, settings: SettingsBuilder
) -> None:
    chosen = settings(state={"bucket": "team-state", "key_prefix": "lab"})
    with pytest.raises(UserError, match=r"network, role is still in .* `studio state move`"):
        check(chosen, folder.path)
    moved(folder, bucket)
    check(chosen, folder.path)


@pytest.mark.parametrize(("stacks", "held"), [(["net*"], False), (["*"], True), (["role"], True)])
def test_a_run_on_other_stacks_is_not_refused(
    bucket: Bucket, settings: SettingsBuilder, tmp_path: Path, stacks: list[str], held: bool
) -> None:
    chosen: Any = settings(state={"bucket": "team-state", "key_prefix": "lab"})
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate.tflock", Body=b"\x00[")
    if held:
        with pytest.raises(Locked, match="role: locked by somebody since unknown"):
            check(chosen, tmp_path, stacks=stacks)
    else:
        check(chosen, tmp_path, stacks=stacks)
