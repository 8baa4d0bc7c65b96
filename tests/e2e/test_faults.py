"""Deploy and destroy on AWS's bad days, and killed at every stack: the same end, nothing left."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.support import emulated
from tests.e2e.lives import REGION, Disturb, Life, ended_by, synthesize


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    with emulated.aws(log=tmp_path / "emulator.log", speed=1000, region=REGION) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield Life(stacks=synthesize(tmp_path / "deployment"), aws=aws)


def test_killed_at_every_stack_up_and_down(life: Life) -> None:
    dice = random.Random(5)
    life.deploy(lambda: ended_by(signal.SIGKILL, dice=dice))
    assert life.changes() == {}
    assert life.miscounted() == {}
    life.destroy(lambda: ended_by(signal.SIGKILL, dice=dice))
    assert life.aws.inventory() == []


WEATHER: dict[str, dict[str, Any]] = {
    "network": {"faults": [{"kind": "throttle", "operation": "[!D]*", "skip": 4, "times": 3}]},
    "role": {
        "faults": [
            {"kind": "lose", "operation": "CreateRole", "skip": 1},
            {"kind": "error", "operation": "*Policy", "times": 2},
        ]
    },
    "domain": {"faults": [{"kind": "down", "operation": "CreateDomain", "seconds": 2}]},
    "users": {"seed": 11, "rate": 0.1},
}


def test_interrupted_at_every_stack_on_bad_days(life: Life) -> None:
    dice = random.Random(6)
    weather = iter([*(WEATHER[stack.name] for stack in life.stacks)] * 2)

    def bad_day() -> Disturb:
        life.tell("faults", next(weather))
        return ended_by(signal.SIGINT, dice=dice)

    life.deploy(bad_day)
    assert life.changes() == {}
    assert life.miscounted() == {}
    life.destroy(bad_day)
    assert life.aws.inventory() == []
