"""Commands in a container, their time limit and last line; the mounts of a container."""

import os
import stat
import time
from pathlib import Path

import pytest

from studio.images.contract.container import (
    Finished,
    ImageInfo,
    Launch,
    finish,
    last_line,
    launch_flags,
)


def test_a_command_and_its_descendants_end_at_the_time_limit() -> None:
    started = time.monotonic()
    assert finish(["sh", "-c", "sleep 90 & wait"], seconds=0.2) == Finished(None, "", "")
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("printed", "last"),
    [
        ("one\n  two  \n\n", "two"),
        ("one\nsubprocess exited with status 1\nError: exit status 1\n", "one"),
        ("x" * 1000, "x" * 300),
        ("", ""),
    ],
)
def test_the_last_line_is_that_of_the_program(printed: str, last: str) -> None:
    assert last_line(printed) == last


@pytest.mark.parametrize(
    ("finished", "line"),
    [
        (Finished(None, "out", "err"), "it did not end in time"),
        (Finished(1, "out", "err"), "err"),
        (Finished(1, "out", ""), "out"),
        (Finished(1, "", ""), "no output"),
    ],
)
def test_the_last_line_of_a_command_is_that_of_its_errors(finished: Finished, line: str) -> None:
    assert finished.last_line == line


def test_the_users_of_a_container_can_read_its_mounts(tmp_path: Path) -> None:
    launch = Launch(environment={"A": "b c"}, volumes=("/home",), files={"/etc/x": "text"})
    previous = os.umask(0o077)
    try:
        flags = launch_flags(launch, tmp_path)
    finally:
        os.umask(previous)
    volume, file = tmp_path / "volume0", tmp_path / "file0"
    assert flags == ["--env=A=b c", f"--volume={volume}:/home:rw", f"--volume={file}:/etc/x:ro"]
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, volume, file)]
    assert modes == [0o711, 0o1777, 0o644]
    assert file.read_text() == "text"


def test_an_image_without_a_configuration_has_no_user_and_no_command() -> None:
    nothing = {"User": None, "Entrypoint": None, "Cmd": None}
    for config in ({}, nothing):
        info = ImageInfo.of(config, architecture="amd64", system="linux", size=1)
        assert (info.user, info.entrypoint, info.command) == ("", (), ())
