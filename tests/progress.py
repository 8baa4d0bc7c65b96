"""What a program printed, without the lines that say what it does while it is silent."""

import re


def without_progress(printed: str) -> str:
    """Such a line begins with the seconds since the start; on a busy machine there may be one."""
    return re.sub(r"^ *\d+\.\ds  .*\n", "", printed, flags=re.MULTILINE)
