"""Files under ~/.ssh: their modes, and errors in one line."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from settings import UserError
from studio.connect import files


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Without a umask, a new file is as open as the program makes it."""
    previous = os.umask(0)
    yield
    os.umask(previous)


def test_only_the_owner_can_read_new_files_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "ssh" / "studio-team"
    files.make_folder(folder)
    files.make_folder(folder)
    files.write(folder / "key", b"secret")
    assert (mode(folder), mode(folder / "key")) == (0o700, 0o600)
    assert files.read(folder / "key") == b"secret"
    assert files.read(folder / "missing") == b""


def test_an_existing_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles" / "ssh"
    dotfiles.parent.mkdir()
    dotfiles.write_text("before")
    dotfiles.chmod(0o640)
    config = tmp_path / "config"
    config.symlink_to(dotfiles)
    files.write(config, b"after")
    assert config.is_symlink()
    assert (dotfiles.read_bytes(), mode(dotfiles)) == (b"after", 0o640)
    assert [path.name for path in dotfiles.parent.iterdir()] == ["ssh"]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (files.make_folder, "file: expected a folder, found a file"),
        (lambda path: files.make_folder(path / "a"), "file/a: cannot be created: Not a directory"),
        (lambda path: files.require_writable(path / "a"), "file: expected a folder, found a file"),
        (lambda path: files.read(path.parent), r"\d: cannot be read: Is a directory"),
        (lambda path: files.remove(path.parent), r"\d: cannot be removed: "),
        (lambda path: files.write(path.parent, b""), r"\d: cannot be written: Is a directory"),
        (lambda path: files.locked(path / "a").__enter__(), "file/a: cannot be opened: Not a dir"),
    ],
)
def test_a_file_or_folder_in_the_way_is_an_error(
    tmp_path: Path, action: Callable[[Path], object], message: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=message):
        action(tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_locked_once(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with files.locked(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)
