"""Moving states between a folder and a bucket: nothing is lost, whenever it is interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from settings import UserError
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.files import StateFile
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Lock, Locked
from studio.terraform.state.move import move
from studio.terraform.state.places import Place, check
from studio_emulator.server import Emulator
from tests.fixtures import SettingsBuilder

STACKS = ("network", "role")
VPC = {
    "mode": "managed",
    "type": "aws_vpc",
    "name": "vpc",
    "instances": [{"attributes": {"id": "vpc-1"}}],
}


def state(stack: str, *, serial: int = 7, lineage: str = "", resources: int = 1) -> bytes:
    return json.dumps(
        {
            "version": 4,
            "serial": serial,
            "lineage": lineage or f"lineage-of-{stack}",
            "outputs": {"id": {"value": stack, "type": "string"}},
            "resources": [VPC] * resources,
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


def contents(place: Place) -> dict[str, bytes]:
    found = {stack: place.read(stack) for stack in place.stacks()}
    return {stack: state.content for stack, state in found.items() if state}


ALL = {stack: state(stack) for stack in STACKS}


def silent(_: str) -> None:
    pass


def test_there_and_back_is_byte_for_byte_the_same(bucket: Bucket, folder: Folder) -> None:
    assert move(folder, bucket, report=silent) == 2
    assert contents(bucket) == ALL
    assert (folder.stacks(), folder.locks(), bucket.locks()) == ([], [], [])
    assert move(folder, bucket, report=silent) == 0
    assert move(bucket, folder, report=silent) == 2
    assert (contents(folder), contents(bucket)) == (ALL, {})


class Dies:
    """A place that is interrupted instead of its n-th operation, or right behind it."""

    def __init__(self, place: Place, countdown: list[int], *, after: bool) -> None:
        self._place, self._countdown, self._after = place, countdown, after

    @property
    def name(self) -> str:
        return self._place.name

    def stacks(self) -> list[str]:
        return self._place.stacks()

    def locks(self) -> list[Lock]:
        return self._place.locks()

    def unfinished(self) -> list[str]:
        return self._place.unfinished()

    def mark(self, stack: str) -> None:
        self._place.mark(stack)

    def unmark(self, stack: str) -> None:
        self._place.unmark(stack)

    def mend(self, stack: str) -> int | None:
        return self._place.mend(stack)

    def read(self, stack: str) -> StateFile | None:
        with self._step():
            return self._place.read(stack)

    def write(self, stack: str, state: StateFile) -> None:
        with self._step():
            self._place.write(stack, state)

    def put_aside(self, stack: str, state: StateFile) -> str:
        with self._step():
            return self._place.put_aside(stack, state)

    def locked(self, stack: str) -> AbstractContextManager[None]:
        with self._step():
            return self._place.locked(stack)

    @contextmanager
    def _step(self) -> Iterator[None]:
        self._countdown[0] -= 1
        if self._countdown[0] == 0 and not self._after:
            raise KeyboardInterrupt
        yield
        if self._countdown[0] == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_interrupted_at_any_step_and_repeated_nothing_is_lost(
    bucket: Bucket, folder: Folder, back: bool, after: bool
) -> None:
    source: Place = folder
    target: Place = bucket
    moment, interrupted = 0, True
    while interrupted:
        moment, interrupted = moment + 1, False
        countdown = [moment]
        try:
            dying = (Dies(place, countdown, after=after) for place in (source, target))
            move(*dying, report=silent)
        except KeyboardInterrupt:
            interrupted = True
            assert {**contents(source), **contents(target)} == ALL, moment
            assert (source.locks(), target.locks()) == ([], []), moment
            move(source, target, report=silent)
        assert (contents(source), contents(target)) == ({}, ALL), moment
        if back or interrupted:
            source, target = target, source
        if interrupted and not back:
            move(source, target, report=silent)
            source, target = target, source
    assert moment > 12


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (state("role", lineage="somebody-else"), "another deployment"),
        (state("role", serial=8), "holds a newer state (serial 8)"),
        (b'{"version": 4, "serial"', "not a state of Terraform's: it is cut short"),
    ],
)
def test_what_could_lose_something_is_refused_before_anything_moves(
    bucket: Bucket, folder: Folder, there: bytes, words: str
) -> None:
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate", Body=there)
    with pytest.raises(UserError) as refused:
        move(folder, bucket, report=silent)
    assert words in str(refused.value)
    assert contents(folder) == ALL
    assert bucket.stacks() == ["role"]
    assert bucket.locks() == []


@pytest.mark.parametrize(
    "there", [state("role", serial=6), state("role", lineage="new", resources=0)]
)
def test_an_older_or_an_empty_state_gives_way(bucket: Bucket, folder: Folder, there: bytes) -> None:
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate", Body=there)
    move(folder, bucket, report=silent)
    assert contents(bucket) == ALL


def test_another_deployment_in_the_bucket_is_not_touched(bucket: Bucket, folder: Folder) -> None:
    for key in ("other/role.tfstate", "lab/deeper/role.tfstate", "lab/notes.txt"):
        bucket.client.put_object(Bucket="team-state", Key=key, Body=b"others")
    move(folder, bucket, report=silent)
    move(bucket, folder, report=silent)
    for key in ("other/role.tfstate", "lab/deeper/role.tfstate", "lab/notes.txt"):
        answer = bucket.client.get_object(Bucket="team-state", Key=key)
        assert answer["Body"].read() == b"others"


def test_a_held_state_is_not_moved_and_says_who_holds_it(bucket: Bucket, folder: Folder) -> None:
    held = {"ID": "1", "Operation": "OperationTypeApply", "Who": "bob@desk"}
    body = json.dumps({**held, "Created": "2026-11-24T01:02:03.4Z"}).encode()
    bucket.client.put_object(Bucket="team-state", Key="lab/role.tfstate.tflock", Body=body)
    with pytest.raises(Locked) as refused:
        move(folder, bucket, report=silent)
    assert "role: locked by bob@desk since 2026-11-24 01:02:03 UTC (apply)" in str(refused.value)
    assert contents(folder) == ALL
    assert [lock.stack for lock in bucket.locks()] == ["role"]


def test_the_lock_of_a_move_that_was_killed_is_taken_over(bucket: Bucket, folder: Folder) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    body = json.loads(Lock.mine("role").written("x"))
    for info, taken in ((f"pid {gone.pid}", True), ("pid 1", False)):
        bucket.client.put_object(
            Bucket="team-state",
            Key="lab/role.tfstate.tflock",
            Body=json.dumps({**body, "Info": info}).encode(),
        )
        if taken:
            move(folder, bucket, report=silent)
            move(bucket, folder, report=silent)
        else:
            with pytest.raises(Locked, match="studio state move"):
                move(folder, bucket, report=silent)


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
    assert str(lock) == "role: locked by alice@lap since unknown (plan)"
    assert folder.locks() == []


def test_a_run_is_refused_while_states_lie_where_the_settings_do_not_say(
    bucket: Bucket, folder: Folder, settings: SettingsBuilder
) -> None:
    chosen = settings(state={"bucket": "team-state", "key_prefix": "lab"})
    with pytest.raises(UserError, match=r"network, role lies in .* `studio state move`"):
        check(chosen, folder.path)
    move(folder, bucket, report=silent)
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
