"""A run is refused if its state is in another store, or locked."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from catalog.names import DEPLOYMENT_TAG
from settings import Settings, UserError
from studio.terraform.state.bucket import Bucket
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked
from studio.terraform.state.stores import require_moved, require_ready, store_of
from studio_emulator.server import Emulator
from tests.studio.hostile import JSON, anything, in_one_line
from tests.studio.states import state_of
from tests.studio.terraform.clone import Clone, changes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reachable", "message"),
    [
        (True, r"still in s3://team-state/studio, .*: restore .*`studio state move --to local`"),
        (False, r"the old state cannot be read \(.*no such bucket.*\): if it was moved, delete"),
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


@pytest.mark.usefixtures("bucket")
def test_a_run_is_refused_while_states_are_not_yet_in_the_bucket(
    in_bucket: Settings, tmp_path: Path
) -> None:
    files = [tmp_path / f"terraform.{stack}.tfstate" for stack in ("network", "role")]
    for file in files:
        file.write_text("{}")
    with pytest.raises(UserError, match=r"network, role is still in .* `studio state move`"):
        require_ready(in_bucket, tmp_path)
    for file in files:
        file.unlink()
    require_ready(in_bucket, tmp_path)


@pytest.mark.parametrize(("stacks", "held"), [(["net*"], False), (["*"], True), (["role"], True)])
def test_a_run_is_refused_if_one_of_its_stacks_is_locked(
    bucket: Bucket, in_bucket: Settings, tmp_path: Path, stacks: list[str], held: bool
) -> None:
    bucket.bucket.call("put_object", Key="lab/role.tfstate.tflock", Body=b"\x00[")
    locked = pytest.raises(Locked, match="role: locked by another run since unknown")
    with locked if held else nullcontext():
        require_ready(in_bucket, tmp_path, stacks=stacks)


@pytest.mark.parametrize(("tags", "refused"), [("lab", True), ("vision", False)])
def test_a_state_of_another_deployment_need_not_be_moved(
    in_bucket: Settings, tmp_path: Path, tags: str, refused: bool
) -> None:
    earlier, folder = tmp_path / "terraform.network.tfstate", tmp_path / "network"
    earlier.write_text(state_of("aws_vpc", {"id": "vpc-1", "tags_all": {DEPLOYMENT_TAG: tags}}))
    (folder / ".terraform").mkdir(parents=True)
    record = {"backend": {"type": "local", "config": {"path": str(earlier)}}}
    (folder / ".terraform" / "terraform.tfstate").write_text(json.dumps(record))
    with pytest.raises(UserError, match="run `studio state move`") if refused else nullcontext():
        require_moved("network", folder, store_of(in_bucket, tmp_path), name="lab")


@anything
@given(document=JSON)
def test_a_malformed_record_of_a_backend_is_ignored(document: Any, tmp_path: Path) -> None:
    (tmp_path / ".terraform").mkdir(exist_ok=True)
    (tmp_path / ".terraform" / "terraform.tfstate").write_text(json.dumps(document))
    moved = in_one_line(lambda: require_moved("x", tmp_path, Folder(tmp_path), name="lab"))
    assert moved is None
