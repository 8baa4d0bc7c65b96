"""Errors that a user can fix, and values in their messages."""

from pathlib import Path
from typing import Any

import pytest

from settings import SettingsError, UserError
from settings.errors import dotted, os_errors, show


def test_a_settings_error_is_a_user_error_with_exit_code_2() -> None:
    error: UserError = SettingsError("a\nb")
    assert (str(error), error.exit_code) == (r"a\nb", 2)


def test_a_long_message_keeps_its_beginning_and_its_end() -> None:
    line = str(UserError("a" * 5000 + "b" * 5000))
    assert line == "a" * 1000 + " ... " + "b" * 1000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        ({"a b": [1, "x"], "c-d": {}}, '{"a b" = [1, "x"], c-d = {}}'),
        ([[[[1]]]], "[[[[...]]]]"),
        ("x" * 200, '"' + "x" * 116 + "..."),
    ],
)
def test_a_value_is_shown_in_one_line_of_toml(value: Any, shown: str) -> None:
    assert show(value) == shown


def test_a_path_is_shown_as_in_toml() -> None:
    assert dotted(("users", "alice b", "images", 1)) == 'users."alice b".images[1]'


def test_an_error_of_the_system_is_one_line_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^--out x: Is a directory$"), os_errors("--out x"):
        tmp_path.read_bytes()
