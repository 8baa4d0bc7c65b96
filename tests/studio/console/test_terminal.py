"""The capabilities of the terminal."""

import io
from collections.abc import Callable, Mapping

import pytest

from studio.console import terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "coloured"),
    [
        (Terminal, {"TERM": "xterm"}, True),
        (Terminal, {"TERM": "dumb"}, False),
        (Terminal, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Terminal, {"TERM": "xterm", "CLICOLOR": "0"}, False),
        (io.StringIO, {"TERM": "xterm"}, False),
        (io.StringIO, {"FORCE_COLOR": "1"}, True),
        (io.StringIO, {"CLICOLOR_FORCE": "1"}, True),
        (io.StringIO, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (Terminal, {"TERM": "xterm", "FORCE_COLOR": "0"}, False),
    ],
)
def test_colour_follows_the_usual_variables(
    stream: Callable[[], io.StringIO], environment: Mapping[str, str], coloured: bool
) -> None:
    assert terminal.has_colour(stream(), environment) is coloured
