"""Deploy and destroy while AWS fails and Terraform is killed: the same result, nothing left."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from studio.lifecycle import emulated
from studio.terraform.stacks import Stack
from tests import provider
from tests.e2e.faults import FIRST, Trouble, fault
from tests.e2e.lifecycle import Life
from tests.e2e.small_stacks import REGION, lines, synthesize


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    log = tmp_path / "emulator.log"
    with (
        emulated.aws(log=log, speed=1000, region=REGION) as aws,
        provider.shared(aws) as fair,
    ):
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield Life(stacks=synthesize(tmp_path / "deployment"), aws=aws, fair=fair)


UP, DOWN = "apply", "destroy"
MADE, DELETED = FIRST[UP], FIRST[DOWN]

Weather = Mapping[tuple[str, str], Trouble]

KILLED: Weather = {
    (UP, "network"): Trouble(faults=fault("throttle", MADE, times=3)),
    (UP, "role"): Trouble(faults=fault("error", MADE, times=2)),
    (UP, "ecr"): Trouble(faults=fault("drop", MADE)),
    (UP, "image"): Trouble(faults=fault("down", MADE)),
    (UP, "domain"): Trouble(faults=fault("die", MADE)),
    (UP, "users"): Trouble(faults=fault("error", MADE)),
    (DOWN, "users"): Trouble(faults=fault("throttle", DELETED, times=2)),
    (DOWN, "domain"): Trouble(faults=fault("drop", DELETED)),
    (DOWN, "image"): Trouble(faults=fault("error", DELETED)),
    (DOWN, "ecr"): Trouble(faults=fault("lose", DELETED)),
    (DOWN, "role"): Trouble(faults=fault("down", DELETED)),
    (DOWN, "network"): Trouble(faults=fault("die", DELETED)),
}

INTERRUPTED: Weather = {
    (UP, "network"): Trouble(faults=fault("die", MADE)),
    (UP, "role"): Trouble(faults=fault("lose", "CreateRole")),
    (UP, "ecr"): Trouble(faults=fault("throttle", MADE)),
    # Behind the failure below, its version is what there is still to make.
    (UP, "image"): Trouble(line=1),
    (UP, "domain"): Trouble(switches={"hang": ["domain"]}),
    (UP, "users"): Trouble(faults=fault("down", MADE)),
    (DOWN, "users"): Trouble(switches={"hang": ["user-profile"]}),
    (DOWN, "domain"): Trouble(faults=fault("down", DELETED)),
    (DOWN, "image"): Trouble(faults=fault("lose", DELETED)),
    (DOWN, "ecr"): Trouble(faults=fault("throttle", DELETED)),
    (DOWN, "role"): Trouble(faults=fault("error", DELETED, times=2)),
    (DOWN, "network"): Trouble(faults=fault("drop", DELETED, times=3)),
}


@pytest.mark.parametrize(
    ("sent", "weather"),
    [(signal.SIGKILL, KILLED), (signal.SIGINT, INTERRUPTED)],
    ids=["SIGKILL", "SIGINT"],
)
def test_ended_at_every_stack_in_bad_weather(
    life: Life, sent: signal.Signals, weather: Weather
) -> None:
    dice = random.Random(5)

    def troubles(stack: Stack, verb: str) -> list[Trouble]:
        met = replace(weather[verb, stack.name], sent=sent)
        if (verb, stack.name, sent) == (UP, "image", signal.SIGINT):
            return [Trouble(switches={"fail_images": ["studio-slim"]}), met]
        return [replace(met, line=dice.randrange(1, lines(stack)))]

    life.deploy(troubles)
    assert life.changes() == {}
    assert life.miscounted() == {}
    life.destroy(troubles)
    assert life.aws.inventory() == []
