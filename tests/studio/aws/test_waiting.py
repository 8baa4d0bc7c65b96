"""Waiting for AWS."""

from itertools import pairwise

import pytest

from studio.aws.waiting import moments, wait
from studio.errors import StepFailed
from studio.processes import interrupts


@pytest.mark.usefixtures("clock")
def test_pauses_grow_to_five_seconds() -> None:
    passed = list(moments(60))
    pauses = [later - earlier for earlier, later in pairwise(passed)]
    assert passed[0] == 0
    assert pauses[0] == pytest.approx(0.1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(5)
    assert passed[-2] <= 60 < passed[-1]


@pytest.mark.usefixtures("clock")
def test_wait_ends_when_nothing_is_pending() -> None:
    left = ["two apps", "one app", ""]
    said: list[str] = []
    wait(lambda: left.pop(0), seconds=60, report=said.append)
    assert left == said == []


@pytest.mark.usefixtures("clock")
def test_a_timeout_names_what_is_pending() -> None:
    said: list[str] = []
    with pytest.raises(StepFailed, match=r"still there after 2 minutes: app alice; run the same"):
        wait(lambda: "app alice", seconds=120, report=said.append)
    assert 4 <= len(said) <= 8
    assert said[0].startswith("waiting   app alice (")


def test_a_wait_ends_when_its_tasks_are_interrupted() -> None:
    with interrupts.group() as tasks:
        tasks.interrupt()
        with pytest.raises(KeyboardInterrupt):
            wait(lambda: "app alice", seconds=0.05, report=print)
