"""Files under ~/.ssh: their modes, and errors in one line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from settings import UserError
from studio.connect import files


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


pytestmark = pytest.mark.usefixtures("no_umask")


def test_only_the_owner_can_read_new_files_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "ssh" / "studio-team"
    files.make_folder(folder)
    files.make_folder(folder)
    files.write(folder / "key", b"secret")
    assert (mode(folder), mode(folder / "key")) == (0o700, 0o600)
    assert files.read(folder / "key") == b"secret"
    assert files.read(folder / "missing") == b""


@pytest.mark.parametrize(
    ("action", "path", "message"),
    [
        (files.make_folder, "file", "expected a folder, found a file"),
        (files.make_folder, "file/a", "cannot be created: Not a directory"),
        (files.read, "folder", "cannot be read: Is a directory"),
        (files.read, "file/a", "cannot be read: Not a directory"),
        (files.remove, "folder", "cannot be removed: "),
        (lambda path: files.write(path, b""), "folder", "cannot be written: Is a directory"),
        (
            lambda path: files.locked(path).__enter__(),
            "file/a",
            "cannot be opened: Not a directory",
        ),
    ],
)
def test_a_file_or_folder_in_the_way_is_an_error(
    tmp_path: Path, action: Callable[[Path], object], path: str, message: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=f"^{tmp_path / path}: {message}"):
        action(tmp_path / path)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_a_folder_is_writable_if_its_nearest_parent_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.require_writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file: expected a folder, found a file"):
        files.require_writable(tmp_path / "file" / "a")
    # Root may write to every folder of a disk.
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path)
    with pytest.raises(UserError, match=f"{tmp_path}: cannot be written"):
        files.require_writable(tmp_path / "a" / "b")
