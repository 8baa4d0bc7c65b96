"""Whether the terminal has colours and a live view, and its width. Standard library only."""

import shutil
import sys
from collections.abc import Mapping
from typing import TextIO


def is_terminal(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether the stream can show a live view."""
    return stream is not None and stream.isatty() and environment.get("TERM", "dumb") != "dumb"


def has_colour(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether to print colours: no-color.org, then CLICOLOR_FORCE, FORCE_COLOR and CLICOLOR.

    Ignores empty variables.
    """
    if environment.get("NO_COLOR"):
        return False
    for name in ("CLICOLOR_FORCE", "FORCE_COLOR"):
        if environment.get(name):
            return environment[name] != "0"
    return environment.get("CLICOLOR") != "0" and is_terminal(stream, environment)


def width() -> int:
    """The columns of the terminal on standard output; unlimited without a terminal.

    COLUMNS overrides them, also in a pipe, as for rich and argparse.
    """
    return shutil.get_terminal_size(fallback=(sys.maxsize, 0)).columns
