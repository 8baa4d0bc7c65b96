"""Child processes: their output, their time limit, and the end of their descendants."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from studio.processes import children, interrupts
from tests.studio.processes.running import runs

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True)
print(child.pid, flush=True)
time.sleep({seconds})
"""
IGNORES_SIGINT = "lambda: __import__('signal').signal(2, __import__('signal').SIG_IGN)"
POLITE = """
import os, signal, subprocess, sys, time
from pathlib import Path
note = Path({note!r})
def leave(*_):
    {last}
    note.write_text("state written")
    raise SystemExit
signal.signal(signal.SIGINT, leave)
{first}
print("ready", flush=True)
time.sleep(60)
"""


def polite(note: Path, *, first: str = "", last: str = "pass") -> str:
    """A program that writes a note when it is interrupted. first, last: its other statements."""
    return POLITE.format(note=str(note), first=first, last=last)


def stream(program: str, each_line: Callable[[str], object], **limits: Any) -> int:
    command = [sys.executable, "-S", "-c", program]
    limits = {"seconds": 30, "grace": children.GRACE, **limits}
    return children.stream(command, env={}, each_line=each_line, **limits)


def interrupt(_: str) -> None:
    raise KeyboardInterrupt


def test_stream_passes_on_lines_and_the_exit_code() -> None:
    lines: list[str] = []
    program = "import sys; sys.stdout.buffer.write(b'one\\r\\n\\xff\\ntwo'); raise SystemExit(7)"
    assert stream(program, lines.append) == 7
    assert lines == ["one", "\ufffd", "two"]


def test_a_timeout_ends_the_child_and_its_descendants(tmp_path: Path) -> None:
    note = tmp_path / "note"
    lines: list[str] = []
    started = time.monotonic()
    program = PARENT.format(child=polite(note), seconds=60)
    with pytest.raises(TimeoutError, match="did not end within 1 seconds"):
        stream(program, lines.append, seconds=1)
    assert time.monotonic() - started < 30
    assert note.read_text() == "state written"
    assert not runs(next(int(line) for line in lines if line.isdigit()))


def test_an_interrupt_of_the_tasks_ends_the_child(tmp_path: Path) -> None:
    note = tmp_path / "note"
    with interrupts.group() as group, pytest.raises(KeyboardInterrupt):
        stream(polite(note, last="time.sleep(0.5)"), lambda _: group.interrupt())
    assert note.read_text() == "state written"


SLOW = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("who", ["task", "main", "command"])
def test_a_second_interrupt_kills_the_child(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "hurried", threading.Event())
    pids: list[int] = []

    def interrupt_twice(pid: str) -> None:
        pids.append(int(pid))
        if who == "task":
            group.interrupt()
            threading.Timer(0.2, group.interrupt).start()
            return
        main = threading.main_thread().ident or 0
        again = {
            "main": lambda: signal.pthread_kill(main, signal.SIGINT),
            "command": interrupts.hurried.set,
        }
        threading.Timer(0.2, again[who]).start()
        raise KeyboardInterrupt

    started = time.monotonic()
    with interrupts.group() as group, pytest.raises(KeyboardInterrupt):
        stream(SLOW, interrupt_twice)
    assert time.monotonic() - started < 30
    assert [pid for pid in pids if runs(pid)] == []
    assert len(pids) == 1


def test_first_line_has_a_time_limit() -> None:
    program = [sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(60)"]
    with (
        children.Child(program) as silent,
        pytest.raises(TimeoutError, match="printed no line within"),
    ):
        children.first_line(silent, seconds=0.2)
    assert silent.returncode == -signal.SIGKILL
    with children.Child([sys.executable, "-c", "print('up'); print('more')"]) as up:
        assert children.first_line(up, seconds=30) == "up"
    with children.Child([sys.executable, "-c", ""]) as over:
        assert children.first_line(over, seconds=30) == ""


LOYAL = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
while os.getppid() == {parent}:
    time.sleep(0.02)
"""


def test_an_interrupt_reaches_the_parent_of_a_child_that_ignores_it(tmp_path: Path) -> None:
    note = tmp_path / "note"
    child = f"subprocess.Popen([sys.executable, '-c', {LOYAL!r}.format(parent=os.getpid())])"
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        stream(polite(note, first=child), interrupt)
    assert note.read_text() == "state written"
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_a_timeout_does_not_wait_for_an_orphan_in_another_session() -> None:
    child = "import time; time.sleep(20)"
    lines: list[str] = []
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        stream(PARENT.format(child=child, seconds=0), lines.append, seconds=1)
    assert time.monotonic() - started < 15
    psutil.Process(int(lines[0])).kill()


@pytest.mark.parametrize("how", ["interrupted", "late"])
def test_captured_gives_the_program_its_grace(tmp_path: Path, how: str) -> None:
    note = tmp_path / "note"
    talkative = polite(
        note,
        first="note.write_text('ready')",
        last="print('x' * 1_000_000, flush=True); time.sleep(0.2)",
    )

    def interrupt_main() -> None:
        while not note.exists() or note.read_text() != "ready":
            time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    if how == "interrupted":
        threading.Thread(target=interrupt_main).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt if how == "interrupted" else subprocess.TimeoutExpired):
        children.captured(
            [sys.executable, "-S", "-c", talkative],
            seconds=30 if how == "interrupted" else 1,
            grace=children.GRACE,
        )
    assert note.read_text() == "state written"
    assert time.monotonic() - started < 20


def test_captured_keeps_all_output() -> None:
    program = "import sys; print('x' * 300_000); sys.exit('why')"
    finished = children.captured([sys.executable, "-c", program], seconds=30)
    assert (finished.returncode, len(finished.stdout), finished.stderr) == (1, 300_001, "why\n")


def test_a_timeout_ends_a_process_that_the_interrupt_started(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(20)"]
    start = f"print(subprocess.Popen({sleep}, preexec_fn={IGNORES_SIGINT}).pid, flush=True)"
    lines: list[str] = []
    with pytest.raises(TimeoutError):
        stream(polite(tmp_path / "note", last=start), lines.append, seconds=1, grace=1)
    ready, pid = lines
    assert ready == "ready"
    assert not runs(int(pid))
