"""States in a folder: what a killed Terraform leaves of one."""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

from settings import UserError
from studio.terraform.state.folder import Folder


def state(serial: int) -> bytes:
    document = {"version": 4, "lineage": "one", "serial": serial, "outputs": {}, "resources": []}
    return json.dumps(document).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "terraform.role.tfstate.backup").write_bytes(state(12))
    return Folder(tmp_path)


@pytest.mark.parametrize("left", [b"", state(13)[:40]], ids=["empty", "cut"])
def test_a_state_that_was_cut_short_is_taken_from_the_backup(folder: Folder, left: bytes) -> None:
    folder.file("role").write_bytes(left)
    assert folder.restore("role") == 12
    assert folder.file("role").read_bytes() == state(12)
    assert folder.unfinished() == ["role"]
    assert folder.restore("role") is None


def test_a_whole_state_stays(folder: Folder) -> None:
    folder.file("role").write_bytes(state(13))
    assert folder.restore("role") is None
    assert folder.file("role").read_bytes() == state(13)
    assert folder.unfinished() == []


def test_a_state_that_only_a_newer_program_reads_stays(folder: Folder) -> None:
    newer = b'{"version": 5, "lineage": "one", "serial": 13}'
    folder.file("role").write_bytes(newer)
    assert folder.restore("role") is None
    assert folder.file("role").read_bytes() == newer
    with pytest.raises(UserError, match=r"^terraform.role.tfstate: version 5 of Terraform's"):
        folder.read("role")


def test_a_stack_that_was_moved_away_stays_away(folder: Folder) -> None:
    assert folder.restore("role") is None
    assert not folder.file("role").exists()


@pytest.mark.parametrize("backup", [None, b"", state(12)[:40]], ids=["none", "empty", "cut"])
def test_without_a_good_backup_nothing_is_touched(folder: Folder, backup: bytes | None) -> None:
    kept = folder.path / "terraform.role.tfstate.backup"
    kept.unlink() if backup is None else kept.write_bytes(backup)
    folder.file("role").write_bytes(b"{")
    assert folder.restore("role") is None
    assert folder.file("role").read_bytes() == b"{"


def test_what_somebody_writes_right_now_is_left_to_them(folder: Folder) -> None:
    folder.file("role").write_bytes(b"")
    program = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'r+b')\n"
        f"fcntl.lockf(file, {fcntl.LOCK_EX})\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, folder.file("role")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert folder.restore("role") is None
        assert folder.file("role").read_bytes() == b""
        other.communicate("")
    assert folder.restore("role") == 12
