"""The type of functions that take progress."""

from collections.abc import Callable

Report = Callable[[str], object]
"""Takes one line of progress."""
