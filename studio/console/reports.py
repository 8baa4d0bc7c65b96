"""How work that takes long says how far it is."""

from collections.abc import Callable

Report = Callable[[str], object]
"""Takes one line of progress."""
