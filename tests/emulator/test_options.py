"""Options: values and defaults."""

import pytest

from studio_emulator.errors import UsageError
from studio_emulator.options import Options


def test_options_check_their_defaults_too() -> None:
    with pytest.raises(UsageError, match="speed"):
        Options(speed=-1)
