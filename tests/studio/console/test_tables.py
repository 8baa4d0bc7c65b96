"""Tables fit the terminal."""

import sys

from studio.console.tables import table

ROWS = [("NAME", "STATE"), ("alice", "/a/folder/far/from/here"), ("bob", "")]


def test_columns_are_aligned_and_lines_end_with_text() -> None:
    assert table(ROWS, width=sys.maxsize).splitlines() == [
        "NAME   STATE",
        "alice  /a/folder/far/from/here",
        "bob",
    ]


def test_the_widest_column_is_cut_to_the_terminal() -> None:
    lines = table(ROWS, width=20).splitlines()
    assert lines == ["NAME   STATE", "alice  /a/folder/...", "bob"]


def test_a_terminal_that_is_too_narrow_leaves_the_beginning_of_each_cell() -> None:
    assert table(ROWS, width=3).splitlines()[1] == "alice  /a/fo..."
