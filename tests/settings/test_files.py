"""Files that cannot be read are refused in one line; files are replaced completely."""

import os
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import SettingsError, load
from settings.files import write_atomically
from tests.settings.samples import loaded, message, refusal, write

AT_END = " (at end of document)"
MALFORMED = [
    ("name = ", "not TOML: Invalid value" + AT_END),
    ("[users.alice", "not TOML: Expected ']' at the end of a table declaration" + AT_END),
    (
        "[users.alice]\n[users.alice]",
        "not TOML: Cannot declare ('users', 'alice') twice (at line 2, column 13)",
    ),
    ("a = " + "[" * 5000, "nested too deeply"),
    ("a = " + "9" * 5000, "a number of more than 4,300 digits"),
    ("a" * 10_001, "a line is longer than 10,000 characters"),
    ("#\n" * 500_001, "larger than 1 MB"),
    (b'name = "studio"\nregion = "\xff"\n', "not UTF-8 (line 2)"),
    ('name = "lab"\n'.encode("utf-16"), "not UTF-8 (line 1)"),
    (b'name = "a\x1b[2Jb"\n', r"not TOML: Illegal character '\x1b' (at line 1, column 10)"),
    (b"\x00\x01\x02", "not TOML: Invalid statement (at line 1, column 1)"),
]


@pytest.mark.parametrize(("content", "line"), MALFORMED, ids=[line for _, line in MALFORMED])
def test_a_malformed_file_is_refused(content: str | bytes, line: str) -> None:
    assert message(content) == line


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfname = 'lab'\n", b"name = 'lab'\r\n"])
def test_files_from_windows_editors_are_read(tmp_path: Path, content: bytes) -> None:
    assert loaded(write(tmp_path, content + b"[users.alice]")).name == "lab"


def test_the_error_for_a_missing_file_names_the_flag(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert refusal(path) == f"{path}: no such file; name another one with --config"


def test_folders_pipes_and_invalid_names_are_refused(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe", tmp_path / "loop"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path, reason in (
        (tmp_path, "not a file"),
        (pipe, "not a file"),
        (loop, "cannot be read: Too many levels of symbolic links"),
        (tmp_path / "a\0b", "cannot be read: embedded null byte"),
        (tmp_path / ("a" * 300), "cannot be read: File name too long"),
    ):
        with pytest.raises(SettingsError, match=f": {reason}$") as raised:
            load(path)
        assert str(raised.value).isprintable()


def test_a_file_without_read_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "")
    denied = PermissionError(13, "Permission denied", str(path))
    # root can read a file regardless of its mode
    monkeypatch.setattr(Path, "open", MagicMock(side_effect=denied))
    with pytest.raises(SettingsError, match=r": cannot be read: Permission denied$"):
        load(path)


def test_an_existing_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles" / "ssh"
    dotfiles.parent.mkdir()
    dotfiles.write_text("before")
    dotfiles.chmod(0o640)
    config = tmp_path / "config"
    config.symlink_to(dotfiles)
    write_atomically(config, b"after", mode=0o600)
    assert config.is_symlink()
    assert (dotfiles.read_bytes(), dotfiles.stat().st_mode & 0o777) == (b"after", 0o640)
    assert [path.name for path in dotfiles.parent.iterdir()] == ["ssh"]


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"before")
    with path.open("rb") as open_before:
        write_atomically(path, b"whole")
        assert open_before.read() == b"before"
    monkeypatch.setattr(Path, "replace", MagicMock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"interrupted")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("config", b"whole")]
