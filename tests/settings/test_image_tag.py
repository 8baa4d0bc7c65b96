"""The tag of an image changes only with the content of its folder and its build arguments."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from settings import UserError
from settings.image_tag import content_tag

Change = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an image: a Dockerfile, a program, a folder with a file, a link."""
    folder = tmp_path / "slim"
    (folder / "etc").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM scratch\n")
    (folder / "start").write_text("#!/bin/sh\n")
    (folder / "start").chmod(0o755)
    (folder / "etc" / "profile").write_text("umask 022\n")
    (folder / "etc" / "motd").symlink_to("profile")
    (tmp_path / "outside").write_text("outside")
    return folder


def test_it_has_16_hexadecimal_digits_in_any_location(folder: Path) -> None:
    tag = content_tag(folder, {})
    assert re.fullmatch("[0-9a-f]{16}", tag)
    moved = folder.rename(folder.with_name("other"))
    assert content_tag(moved, {}) == tag


def _relink(folder: Path, target: str) -> None:
    (folder / "etc" / "motd").unlink()
    (folder / "etc" / "motd").symlink_to(target)


def _copy_instead_of_link(folder: Path) -> None:
    (folder / "etc" / "motd").unlink()
    (folder / "etc" / "motd").write_text("profile")


def _shift_bytes_between_files(folder: Path) -> None:
    (folder / "etc" / "profile").write_text("umask 022")
    (folder / "start").write_text("\n#!/bin/sh\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "Dockerfile").write_text("FROM scratch\n\n"),
        lambda folder: (folder / "Dockerfile").write_text("FROM scratci\n"),
        lambda folder: (folder / "etc" / "profile").rename(folder / "etc" / "profil"),
        lambda folder: (folder / "etc" / "profile").rename(folder / "profile"),
        lambda folder: (folder / "etc" / "profile").unlink(),
        lambda folder: (folder / "empty").touch(),
        lambda folder: (folder / ".hidden").write_text(""),
        lambda folder: (folder / "start").chmod(0o644),
        lambda folder: (folder / "Dockerfile").chmod(0o744),
        lambda folder: _relink(folder, "issue"),
        _copy_instead_of_link,
        _shift_bytes_between_files,
    ],
)
def test_it_changes_with_content_path_and_executable_bit(folder: Path, change: Change) -> None:
    before = content_tag(folder, {})
    change(folder)
    assert content_tag(folder, {}) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: os.utime(folder / "Dockerfile", (1, 1)),
        lambda folder: (folder / "Dockerfile").chmod(0o600),
        lambda folder: (folder / "etc" / "none").mkdir(),
        lambda folder: (folder / ".DS_Store").write_text("x"),
        lambda folder: (
            (folder / "etc" / "__pycache__").mkdir()
            or (folder / "etc" / "__pycache__" / "a.pyc").write_text("x")
        ),
    ],
)
def test_it_ignores_times_modes_empty_folders_and_temporary_files(
    folder: Path, change: Change
) -> None:
    before = content_tag(folder, {})
    change(folder)
    assert content_tag(folder, {}) == before


def test_it_changes_with_the_target_of_a_link_but_not_with_its_content(folder: Path) -> None:
    tags = set()
    targets = ("../../outside", "/dev/zero", "..", "nowhere")
    for target in targets:
        _relink(folder, target)
        linked = content_tag(folder, {})
        tags.add(linked)
        (folder.parent / "outside").write_text(f"changed, {target}")
        assert content_tag(folder, {}) == linked
    assert len(tags) == len(targets)


def test_it_ignores_the_order_of_build_arguments(folder: Path) -> None:
    tags = [
        content_tag(folder, arguments)
        for arguments in ({}, {"A": "1"}, {"A": "2"}, {"A": "1", "B": "2"}, {"AB": "12"})
    ]
    assert len(set(tags)) == len(tags)
    assert content_tag(folder, {"B": "2", "A": "1"}) == tags[3]


def test_the_error_for_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none: No such file or directory$"):
        content_tag(tmp_path / "none", {})


def test_a_socket_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # the path of a socket has at most about 100 characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("agent")
        with pytest.raises(UserError, match="agent: an image's folder may hold files, folders and"):
            content_tag(folder, {})
