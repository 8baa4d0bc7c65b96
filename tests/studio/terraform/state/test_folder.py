"""Local states: what a killed Terraform truncated is restored, and a lock names its process."""

import errno
import json
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import UserError
from studio.terraform.state.folder import Folder
from studio.terraform.state.locks import Locked
from studio.terraform.state.stores import require_unlocked
from tests.studio.states import state_with
from tests.studio.terraform.state.locking import locked_by_another_process


def state(serial: int) -> bytes:
    return state_with(serial=serial).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "terraform.role.tfstate.backup").write_bytes(state(12))
    return Folder(tmp_path)


@pytest.mark.parametrize("left", [b"", state(13)[:40]], ids=["empty", "truncated"])
def test_restore_replaces_a_truncated_state_with_its_backup(folder: Folder, left: bytes) -> None:
    folder.file("role").write_bytes(left)
    assert folder.restore("role") == 12
    assert folder.file("role").read_bytes() == state(12)
    assert folder.unfinished() == ["role"]
    assert folder.restore("role") is None


NEWER = b'{"version": 5, "lineage": "one", "serial": 13}'
WITHOUT_BACKUP: list[tuple[bytes, bytes | None]] = [
    (b"{", backup) for backup in (None, b"", state(12)[:40])
]


@pytest.mark.parametrize(
    ("left", "backup"), [(state(13), state(12)), (NEWER, state(12)), *WITHOUT_BACKUP]
)
def test_restore_keeps_a_complete_state_and_one_without_a_complete_backup(
    folder: Folder, left: bytes, backup: bytes | None
) -> None:
    file = folder.file("role", ".tfstate.backup")
    file.unlink() if backup is None else file.write_bytes(backup)
    folder.file("role").write_bytes(left)
    assert folder.restore("role") is None
    assert folder.file("role").read_bytes() == left
    assert folder.unfinished() == []


def test_a_state_of_a_newer_version_is_not_read(folder: Folder) -> None:
    folder.file("role").write_bytes(NEWER)
    with pytest.raises(
        UserError, match=rf"^{folder.path}/terraform.role.tfstate: state version 5, from a newer T"
    ):
        folder.read("role")


def test_restore_ignores_a_state_that_was_moved(folder: Folder) -> None:
    assert folder.restore("role") is None
    assert not folder.file("role").exists()


def test_restore_ignores_a_locked_state(folder: Folder) -> None:
    folder.file("role").write_bytes(b"")
    with locked_by_another_process(folder.file("role")):
        assert folder.restore("role") is None
        assert folder.file("role").read_bytes() == b""
    assert folder.restore("role") == 12


def test_an_empty_state_is_none(folder: Folder) -> None:
    folder.file("role").write_bytes(b"")
    assert folder.read("role") is None


@pytest.mark.parametrize("content", [b"", state(13)], ids=["first run", "later run"])
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
    folder.file("role").write_bytes(state(13))
    description = folder.path / ".terraform.role.tfstate.lock.info"
    description.touch()
    denied = PermissionError(errno.EACCES, "Permission denied", str(description))
    monkeypatch.setattr(Path, "read_bytes", MagicMock(side_effect=denied))
    with locked_by_another_process(folder.file("role")):
        (lock,) = folder.locks()
    assert str(lock) == "role: locked by another run since unknown (unknown)"
