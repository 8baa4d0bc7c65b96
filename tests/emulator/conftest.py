"""One emulator a session, a new account for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.options import Options
from emulator.server import Emulator


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with Emulator(speed=1000) as emulator:
        yield emulator


@pytest.fixture
def aws(_emulator: Emulator) -> Emulator:
    """An emulated AWS with a new account; `aws.client("ec2")` talks to it."""
    _emulator.reset()
    _emulator.options.update(Options(speed=1000).as_dict())
    return _emulator
