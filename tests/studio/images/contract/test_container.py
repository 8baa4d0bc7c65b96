"""Commands in a container: their time limit, and their last line."""

import time

import pytest

from studio.images.contract.container import Finished, finish, last_line


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
