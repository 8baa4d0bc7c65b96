"""State files, locks and the record, cut short or hostile: one line each."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from settings.record import Record
from studio.terraform.state.files import StateFile
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Lock, Locked
from studio.terraform.state.stores import check_moved
from tests.studio.hostile import (
    HOSTILE,
    JSON,
    anything,
    in_one_line,
    members,
)
from tests.studio.terraform.state.test_move import state

STATE = members(["version", "serial", "lineage", "outputs", "resources"])
GOOD = json.loads(state("network"))
DAMAGED = (
    "x.tfstate: not a Terraform state",
    "from a newer Terraform; this program reads version 4",
)


@anything
@given(changed=STATE, cut=st.integers(0, 200))
@example(changed={"version": 5}, cut=0)
def test_a_damaged_state_is_a_line(changed: dict[str, Any], cut: int) -> None:
    whole = json.dumps({**GOOD, **changed}).encode()
    for content in (whole, whole[:cut]):
        found = in_one_line(partial(StateFile.parse, content, "x.tfstate"))
        assert isinstance(found, StateFile) or any(line in found for line in DAMAGED)


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_state_is_a_line_from_its_folder(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "terraform.network.tfstate").write_bytes(content)
    found = in_one_line(lambda: Folder(tmp_path).read("network"))
    assert found is None if not content else "not a Terraform state" in found


@anything
@given(document=JSON)
def test_whatever_terraform_notes_of_a_backend_is_passed_over(
    document: Any, tmp_path: Path
) -> None:
    (tmp_path / ".terraform").mkdir(exist_ok=True)
    (tmp_path / ".terraform" / "terraform.tfstate").write_text(json.dumps(document))
    assert in_one_line(lambda: check_moved("x", tmp_path, Folder(tmp_path))) is None


@anything
@given(content=members(["ID", "Operation", "Who", "Created", "Info"]))
def test_whatever_a_lock_says_it_is_a_line(content: dict[str, Any]) -> None:
    lock = Lock.parse(json.dumps(content).encode(), "network")
    assert str(Locked(lock)).isprintable()
    assert str(Locked(lock)).startswith("network: locked by ")


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_lock_is_a_lock(content: bytes) -> None:
    assert "locked by another run" in str(Lock.parse(content, "network"))


RECORDS = [*HOSTILE[1:], b"a." * 5_000_000 + b"a = 1", b"a = " + b"[" * 5_000, b"[[slim]]\ntag = 1"]


@pytest.mark.parametrize("content", RECORDS, ids=range(len(RECORDS)))
def test_a_hostile_record_of_versions_is_a_line(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studio.versions.toml"
    path.write_bytes(content)
    monkeypatch.setenv("STUDIO_VERSIONS", str(path))
    line = in_one_line(lambda: Record.load(tmp_path / "studio.toml"))
    assert line.startswith("studio.versions.toml: ")
    assert line.endswith("run `studio image record`")
