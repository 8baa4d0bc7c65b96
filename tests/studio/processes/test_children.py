"""Child processes: bounded, and ended with all that they started."""

import signal
import subprocess
import sys
import threading
import time
from contextvars import copy_context
from pathlib import Path

import psutil
import pytest

from studio.aws.waiting import moments
from studio.processes import children, ending, interrupts

INSIST_SECONDS = 2.0
"""Seconds that a signal has to work on a machine that is busy; most of the tests need none."""

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""
POLITE = """
import pathlib, signal, time
def leave(*_):
    pathlib.Path({note!r}).write_text("state written")
    raise SystemExit
signal.signal(signal.SIGINT, leave)
print("ready", flush=True)
time.sleep(60)
"""


def run(program: str, *, seconds: float, lines: list[str]) -> int:
    return children.stream(
        [sys.executable, "-c", program],
        env={},
        seconds=seconds,
        grace=children.GRACE,
        each_line=lines.append,
    )


def runs(pid: int) -> bool:
    """Whether a process runs; one that is about to end, its files closed already, does not."""
    for _ in moments(5):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            return False
    return True


def test_lines_and_exit_code_come_through() -> None:
    lines: list[str] = []
    assert run("print('one\\r\\ntwo'); raise SystemExit(7)", seconds=30, lines=lines) == 7
    assert lines == ["one", "two"]


def test_output_that_is_not_text_does_no_harm() -> None:
    lines: list[str] = []
    run("import sys; sys.stdout.buffer.write(b'\\xff\\n')", seconds=30, lines=lines)
    assert lines == ["\ufffd"]


def test_what_takes_too_long_is_ended_with_its_descendants(tmp_path: Path) -> None:
    note = tmp_path / "note"
    lines: list[str] = []
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="did not end within 2 seconds"):
        run(PARENT.format(child=POLITE.format(note=str(note))), seconds=2, lines=lines)
    assert time.monotonic() - started < 30
    assert note.read_text() == "state written"
    assert not runs(next(int(line) for line in lines if line.isdigit()))


def test_an_interrupt_ends_the_child_and_is_raised(tmp_path: Path) -> None:
    note = tmp_path / "note"

    def interrupt(line: str) -> None:
        if line == "ready":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        children.stream(
            [sys.executable, "-c", PARENT.format(child=POLITE.format(note=str(note)))],
            env={},
            seconds=30,
            grace=children.GRACE,
            each_line=interrupt,
        )
    assert note.read_text() == "state written"


def test_in_another_thread_the_interrupt_of_the_tasks_ends_it(tmp_path: Path) -> None:
    note = tmp_path / "note"
    ended: list[BaseException] = []

    def run_it() -> None:
        try:
            children.stream(
                [sys.executable, "-c", POLITE.format(note=str(note))],
                env={},
                seconds=30,
                grace=children.GRACE,
                each_line=lambda _: group.interrupt(),
            )
        except KeyboardInterrupt as interrupt:
            ended.append(interrupt)

    with interrupts.group() as group:
        thread = threading.Thread(target=copy_context().run, args=(run_it,))
        thread.start()
        thread.join(30)
    assert len(ended) == 1
    assert note.read_text() == "state written"


SLOW = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("who", ["task", "main"])
def test_a_second_interrupt_kills_it(who: str) -> None:
    pids: list[int] = []

    def run_it() -> None:
        with pytest.raises(KeyboardInterrupt):
            children.stream([sys.executable, "-c", SLOW], env={}, grace=60.0, each_line=interrupt)

    def interrupt(pid: str) -> None:
        pids.append(int(pid))
        if who == "task":
            group.interrupt()
            threading.Timer(0.5, group.interrupt).start()
            return
        main = threading.main_thread().ident or 0
        threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT)).start()
        raise KeyboardInterrupt

    started = time.monotonic()
    with interrupts.group() as group:
        run_it()
    assert time.monotonic() - started < 30
    assert [pid for pid in pids if runs(pid)] == []
    assert len(pids) == 1


def test_the_first_line_is_not_waited_for_for_ever() -> None:
    program = [sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(60)"]
    with (
        children.Child(program) as silent,
        pytest.raises(TimeoutError, match="printed no line within"),
    ):
        children.first_line(silent, seconds=0.5)
    assert silent.returncode == -signal.SIGKILL
    with children.Child([sys.executable, "-c", "print('up'); print('more')"]) as up:
        assert children.first_line(up, seconds=30) == "up"
    with children.Child([sys.executable, "-c", ""]) as over:
        assert children.first_line(over, seconds=30) == ""


LOYAL = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
while os.getppid() == {parent}:
    time.sleep(0.05)
"""
LEADER = """
import os, pathlib, signal, subprocess, sys, time
def leave(*_):
    pathlib.Path({note!r}).write_text("state written")
    raise SystemExit
signal.signal(signal.SIGINT, leave)
subprocess.Popen([sys.executable, "-c", {child!r}.format(parent=os.getpid())])
print("ready", flush=True)
time.sleep(60)
"""


def test_what_its_children_wait_for_is_asked_first(tmp_path: Path) -> None:
    note = tmp_path / "note"

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        children.stream(
            [sys.executable, "-c", LEADER.format(note=str(note), child=LOYAL)],
            env={},
            seconds=30,
            grace=children.GRACE,
            each_line=interrupt,
        )
    assert note.read_text() == "state written"
    assert time.monotonic() - started < 30


ORPHANING = """
import subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", {child!r}], start_new_session={leaves}, preexec_fn={before}
)
print(child.pid, flush=True)
"""
DEAF = "lambda: __import__('signal').signal(2, __import__('signal').SIG_IGN)"


@pytest.mark.parametrize("leaves", [False, True], ids=["in the session", "out of it"])
def test_what_outlives_its_parent_holds_nobody_up(
    leaves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "_INSIST_SECONDS", INSIST_SECONDS)
    program = ORPHANING.format(child="import time; time.sleep(20)", leaves=leaves, before=DEAF)
    lines: list[str] = []
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        run(program, seconds=3, lines=lines)
    assert time.monotonic() - started < 15
    (pid,) = map(int, lines)
    # Nobody can know whose it is once it has left; that one is not waited for.
    assert runs(pid) == leaves
    if leaves:
        psutil.Process(pid).kill()


TALKATIVE = """
import pathlib, signal, sys, time
def leave(*_):
    sys.stdout.write("x" * 1_000_000)
    sys.stdout.flush()
    time.sleep(0.5)
    pathlib.Path({note!r}).write_text("lock released")
    raise SystemExit
signal.signal(signal.SIGINT, leave)
pathlib.Path({note!r}).write_text("ready")
time.sleep(60)
"""


@pytest.mark.parametrize("how", ["interrupted", "late"])
def test_one_that_is_captured_may_finish(tmp_path: Path, how: str) -> None:
    note = tmp_path / "note"

    def interrupt() -> None:
        while not note.exists() or note.read_text() != "ready":
            time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    if how == "interrupted":
        threading.Thread(target=interrupt).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt if how == "interrupted" else subprocess.TimeoutExpired):
        children.captured(
            [sys.executable, "-c", TALKATIVE.format(note=str(note))],
            seconds=30 if how == "interrupted" else 1,
            grace=children.GRACE,
        )
    assert note.read_text() == "lock released"
    assert time.monotonic() - started < 20


def test_what_is_captured_is_whole() -> None:
    program = "import sys; print('x' * 300_000); sys.exit('why')"
    finished = children.captured([sys.executable, "-c", program], seconds=30)
    assert (finished.returncode, len(finished.stdout), finished.stderr) == (1, 300_001, "why\n")


LEAVING_ONE_BEHIND = """
import signal, subprocess, sys, time
def leave(*_):
    left = [sys.executable, "-c", "import time; time.sleep(20)"]
    child = subprocess.Popen(left, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    print(child.pid, flush=True)
    sys.exit()
signal.signal(signal.SIGINT, leave)
print("ready", flush=True)
time.sleep(20)
"""


def test_what_is_started_in_answer_to_the_signal_is_ended_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "_INSIST_SECONDS", INSIST_SECONDS)
    lines: list[str] = []
    with pytest.raises(TimeoutError):
        run(LEAVING_ONE_BEHIND, seconds=5, lines=lines)
    ready, pid = lines
    assert ready == "ready"
    assert not runs(int(pid))
