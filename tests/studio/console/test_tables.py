"""Tables that fit the terminal."""

import sys

import pytest

from studio.console.tables import table

ROWS = [("NAME", "STATE"), ("alice", "/a/folder/far/from/here"), ("bob", "")]


def test_columns_are_aligned_without_trailing_spaces() -> None:
    assert table(ROWS, width=sys.maxsize).splitlines() == [
        "NAME   STATE",
        "alice  /a/folder/far/from/here",
        "bob",
    ]


def test_the_widest_column_is_truncated() -> None:
    lines = table(ROWS, width=20).splitlines()
    assert lines == ["NAME   STATE", "alice  /a/folder/...", "bob"]


def test_a_very_narrow_terminal_gets_the_full_table() -> None:
    assert table(ROWS, width=9).splitlines() == table(ROWS, width=sys.maxsize).splitlines()
    assert table(ROWS, width=10).splitlines()[1] == "al..  /a.."


def test_optional_columns_are_omitted_before_others_are_truncated() -> None:
    optional = ("B", "C")
    rows = [("A", "B", "C"), ("a" * 5, "b" * 5, "c" * 5)]
    assert table(rows, width=19, optional=optional) == table(rows, width=19)
    assert table(rows, width=18, optional=optional).splitlines() == ["A      C", "aaaaa  ccccc"]
    assert table(rows, width=11, optional=optional).splitlines() == ["A", "aaaaa"]
    assert table(rows, width=4, optional=optional).splitlines() == ["A", "aa.."]


@pytest.mark.parametrize("columns", [60, 80])
def test_ten_columns_fit_a_terminal(columns: int) -> None:
    row = ["a-name-of-20-letters"] * 10
    assert all(len(line) <= columns for line in table([row, row], width=columns).splitlines())
