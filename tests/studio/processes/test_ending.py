"""Whom the signals reach that end a process."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from studio.processes import ending

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def reused() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has the pid of one that ended, and leads a session of that number."""
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        yield process
        process.kill()


def test_another_process_that_has_its_pid_now_lives_on(reused: subprocess.Popen[bytes]) -> None:
    ended = psutil.Process(reused.pid)
    # What psutil knows of the process that had the pid before: it was created at another time.
    vars(ended)["_ident"] = (reused.pid, 1.0)
    ending.end(ended, grace=5.0)
    ending.kill(ended)
    assert reused.poll() is None


def test_what_is_left_of_its_session_ends_although_it_is_gone() -> None:
    program = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]])"
    with subprocess.Popen([sys.executable, "-c", program, SLEEP[2]], start_new_session=True) as top:
        identity = psutil.Process(top.pid)
        top.wait(30)
    (left,) = (p for p in psutil.process_iter() if _session(p) == top.pid)
    ending.kill(identity)
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def _session(process: psutil.Process) -> int:
    try:
        return os.getsid(process.pid)
    except OSError:
        return 0
