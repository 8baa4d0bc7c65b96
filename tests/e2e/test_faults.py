"""Deploy and destroy on AWS's bad days, and killed at every stack: the same end, nothing left."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.support import emulated
from tests.e2e.lives import REGION, Life, ended_by, synthesize


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    with emulated.aws(log=tmp_path / "emulator.log", speed=1000, region=REGION) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield Life(stacks=synthesize(tmp_path / "deployment"), aws=aws)


def kinds(life: Life) -> Counter[str]:
    items = life.aws.inventory()
    return Counter(f"{item['service']} {item['type']} {item['name']}" for item in items)


def test_killed_at_every_stack_up_and_down(life: Life) -> None:
    dice = random.Random(5)
    life.deploy(lambda: ended_by(signal.SIGKILL, dice=dice))
    assert life.changes() == {}
    doubled = {kind: count for kind, count in kinds(life).items() if count > 1}
    assert doubled == {}
    life.destroy(lambda: ended_by(signal.SIGKILL, dice=dice))
    assert life.aws.inventory() == []
