"""Two Studios, and an environment in which boto3 reaches the emulator."""

from __future__ import annotations

import pytest

from emulator.server import Emulator
from tests.down.account import Studio


@pytest.fixture
def ours(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Studio:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return Studio.create(aws, "ours", "10.0")


@pytest.fixture
def theirs(ours: Studio) -> Studio:
    """Another team's, in which somebody works."""
    it = Studio.create(ours.aws, "theirs", "10.1")
    it.user("alice")
    it.space("alice", "alice")
    it.node("alice")
    return it
