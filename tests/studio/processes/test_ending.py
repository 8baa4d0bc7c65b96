"""The processes that `end` and `kill` reach."""

import signal
import subprocess
import sys
from unittest.mock import MagicMock

import psutil
import pytest

from studio.processes import children, ending
from tests.studio.clock import Clock
from tests.studio.processes.running import runs

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_process_that_reuses_the_pid_is_not_ended() -> None:
    """The process leads a session, like the one that ended."""
    with subprocess.Popen(SLEEP, start_new_session=True) as reused:
        ended = psutil.Process(reused.pid)
        # psutil also compares the creation time.
        vars(ended)["_ident"] = (reused.pid, 1.0)
        ending.end(ended, grace=5.0)
        ending.kill(ended)
        code = reused.poll()
        reused.kill()
    assert code is None


def test_the_session_of_a_process_that_has_ended_is_killed() -> None:
    command = ["sh", "-c", "sleep 60 >&2 & echo $!"]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE) as top:
        identity = psutil.Process(top.pid)
        left, _ = top.communicate(timeout=30)
    assert psutil.pid_exists(int(left))
    ending.kill(identity)
    assert not runs(int(left))


def test_a_process_that_ignores_signals_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_END_SECONDS", 0.3)
    program = "trap '' INT TERM; echo ready; while :; do sleep 0.1; done"
    with subprocess.Popen(["sh", "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        try:
            ending.end(psutil.Process(child.pid), grace=0.3)
            assert child.wait(30) == -signal.SIGKILL
        finally:
            child.kill()


def test_terraform_has_a_minute_before_it_is_terminated(monkeypatch: pytest.MonkeyPatch) -> None:
    """It completes its calls to AWS and writes its state."""
    clock, sent = Clock(), list[tuple[float, int]]()
    began = clock.now
    monkeypatch.setattr(ending, "time", clock)
    monkeypatch.setattr(ending, "_started", lambda _: set())
    top = MagicMock(send_signal=lambda number: sent.append((round(clock.now - began), number)))
    ending.end(top, grace=children.GRACE)
    assert sent == [(0, signal.SIGINT), (60, signal.SIGTERM), (65, signal.SIGKILL)]
