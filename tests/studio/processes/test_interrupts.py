"""Interrupts of tasks, and of children that a background job started."""

import os
import subprocess
import sys

import pytest

from studio.processes import interrupts

CHILD = """
import time
try:
    print(1, flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""
PROGRAM = f"""
import subprocess, sys, time
from studio.processes import interrupts
from studio.processes.children import Child
if "let" in sys.argv:
    interrupts.let_children_be_interrupted()
with Child([sys.executable, "-c", {CHILD!r}]) as child:
    child.stdout.readline()
    child.end(grace=30.0 if "let" in sys.argv else 0.1)
    print(child.stdout.read().decode())
"""


@pytest.mark.parametrize("let", [True, False])
def test_a_child_of_a_background_job_is_interruptible(let: bool) -> None:
    background = 'trap "" INT; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", background, "sh", sys.executable, "-c", PROGRAM, *(["let"] * let)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == ("interrupted" if let else "")


def test_sleep_ends_with_the_first_interrupt() -> None:
    with interrupts.group() as group:
        interrupts.sleep(0.01)
        group.interrupt()
        assert not group.second.is_set()
        with pytest.raises(KeyboardInterrupt):
            interrupts.sleep(300)
        group.interrupt()
        assert group.second.is_set()
    interrupts.check()


def test_an_interrupt_calls_an_action_only_within_its_block() -> None:
    ran: list[str] = []
    with interrupts.group() as group:
        with group.running(lambda: ran.append("before")):
            pass
        with group.running(lambda: ran.append("now")):
            group.interrupt()
    assert ran == ["now"]
