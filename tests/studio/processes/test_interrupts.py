"""Interrupts of this process, of tasks, and of children that a background job started."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from scripts import driver
from settings.paths import PROJECT
from studio.processes import interrupts
from tests.commands import output_of
from tests.studio.processes.running import runs

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
if "install" in sys.argv:
    interrupts.install()
with Child([sys.executable, "-c", {CHILD!r}]) as child:
    child.stdout.readline()
    child.end(grace=30.0 if "install" in sys.argv else 0.1)
    print(child.stdout.read().decode())
"""


@pytest.mark.parametrize("installed", [True, False])
def test_a_child_of_a_background_job_is_interruptible(installed: bool) -> None:
    background = 'trap "" INT; exec "$@"'
    printed = output_of(
        ["sh", "-c", background, "sh", sys.executable, "-c", PROGRAM, *(["install"] * installed)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        seconds=60,
    )
    assert printed.strip() == ("interrupted" if installed else "")


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


def test_the_first_signal_is_an_interrupt_and_the_second_kills_the_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handled: dict[int, Callable[[], object]] = {}
    monkeypatch.setattr(signal, "signal", handled.__setitem__)
    monkeypatch.setattr(interrupts, "hurried", threading.Event())
    interrupts.install()
    with pytest.raises(KeyboardInterrupt):
        handled[signal.SIGTERM]()
    assert not interrupts.hurried.is_set()
    handled[signal.SIGTERM]()
    assert interrupts.hurried.is_set()


def test_an_interrupt_calls_an_action_only_within_its_block() -> None:
    ran: list[str] = []
    with interrupts.group() as group:
        with group.running(lambda: ran.append("before")):
            pass
        with group.running(lambda: ran.append("now")):
            group.interrupt()
    assert ran == ["now"]


def test_each_signal_that_stops_the_process_calls_the_action(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handled: dict[int, object] = {}
    monkeypatch.setattr(signal, "signal", handled.__setitem__)
    interrupts.on_stop(print)
    assert handled == dict.fromkeys((signal.SIGHUP, signal.SIGINT, signal.SIGTERM), print)


BETWEEN = """\
import signal, subprocess, sys
from scripts import cli
from studio.processes import children

start = subprocess.Popen._execute_child

def start_and_interrupt(self, *words):
    start(self, *words)
    print(self.pid, flush=True)
    signal.raise_signal(getattr(signal, sys.argv[1]))

def run(args, settings):
    subprocess.Popen._execute_child = start_and_interrupt
    children.captured(["sleep", "600"], seconds=600)
    return 0

import scripts.status
scripts.status.run = run
sys.exit(cli.main(["status"]))
"""
"""The signal arrives before `Popen` has returned."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_child_that_is_starting(tmp_path: Path, name: str) -> None:
    settings = tmp_path / "studio.toml"
    settings.write_text("[users.alice]\n")
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN, name],
        env={**os.environ, "STUDIO_CONFIG": str(settings), "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=partial(signal.signal, getattr(signal, name), signal.SIG_DFL),
        check=False,
    )
    pid = int(done.stdout)
    assert not runs(pid)
    assert done.returncode == driver.INTERRUPTED
    *_, last = done.stderr.splitlines()
    assert last == "studio status: interrupted; run it again to continue"
