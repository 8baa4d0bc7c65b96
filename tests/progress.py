"""What a program printed, without the lines that tell a person who waits what it does."""

import re


def without_progress(printed: str) -> str:
    """A busy machine is told after two seconds of silence, with the seconds since the start."""
    return re.sub(r"^ *\d+\.\ds  .*\n", "", printed, flags=re.MULTILINE)
