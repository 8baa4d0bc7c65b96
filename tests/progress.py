"""The output of a command without its progress lines."""

import re


def without_progress(printed: str) -> str:
    """A progress line starts with a time. On a busy machine, a silent command prints one."""
    return re.sub(r"^ *\d+\.\ds  .*\n", "", printed, flags=re.MULTILINE)
