"""Child processes that are bounded and ended with all that they started."""

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

_GRACE = 60.0
"""Seconds in which Terraform may finish the calls under way and write its state."""

_INSISTING = 5.0
"""Seconds behind each of the signals that follow."""

_LOOK_EVERY = 0.1
_PIECE = 1 << 16
"""Bytes; a pipe holds no more (man 7 pipe)."""


def captured(
    command: Sequence[str | Path],
    *,
    seconds: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program that asks nothing, and keep what it prints, whatever its exit code.

    After ``seconds``, or on an interrupt, it is asked to stop as Ctrl-C asks, and killed with all
    that it started a minute later: a Terraform that is killed at once leaves its lock.

    Raises OSError where it does not start, subprocess.TimeoutExpired after ``seconds``.
    """
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # Ctrl-C reaches this program alone, which then waits for the child's end.
        start_new_session=True,
    )
    try:
        printed, complained = process.communicate(timeout=seconds)
    except BaseException:
        over = _ending(process.pid, asked_first=True)
        while not over.wait(_LOOK_EVERY):
            # One that waits for its output to be read would not end.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_LOOK_EVERY)
        process.wait()
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()
    return subprocess.CompletedProcess(command, process.returncode, printed, complained)


def stream(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    seconds: float,
    each_line: Callable[[str], None],
    asked_first: bool = False,
    halt: threading.Event | None = None,
) -> int:
    """Run ``command``, hand each line that it prints to ``each_line``, return its exit code.

    When ``seconds`` have passed, or on an interrupt, the process and all its descendants are asked
    to stop as Ctrl-C asks, and killed a minute later. ``asked_first``: see ``end``.
    ``halt``: interrupts it once it is set, for Ctrl-C reaches no thread but the main one.

    Raises TimeoutError, KeyboardInterrupt.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Ctrl-C reaches this program alone, which then ends the children in their order.
        start_new_session=True,
    )
    assert process.stdout is not None
    late, over = threading.Event(), threading.Event()

    def end_late() -> None:
        late.set()
        _end(process.pid, over, asked_first=asked_first)

    timer = threading.Timer(seconds, end_late)
    timer.daemon = True
    timer.start()
    try:
        for line in _lines(process.stdout, over, halt):
            each_line(line.decode("utf-8", "replace").rstrip("\r\n"))
        code = process.wait()
    except BaseException:
        for _ in _lines(process.stdout, _ending(process.pid, asked_first=asked_first)):
            pass
        process.wait()
        raise
    finally:
        timer.cancel()
        process.stdout.close()
    if late.is_set():
        raise TimeoutError(f"`{Path(command[0]).name}` did not end within {seconds:.0f} seconds")
    return code


def _lines(
    pipe: IO[bytes], over: threading.Event, halt: threading.Event | None = None
) -> Iterator[bytes]:
    """What is written into ``pipe``, until nobody can any more, or until ``over``.

    A process that left the session lives on with the pipe in its hands, maybe for ever.
    Raises KeyboardInterrupt once ``halt`` is set.
    """
    rest, going_on = b"", True
    while going_on:
        if halt is not None and halt.is_set():
            raise KeyboardInterrupt
        going_on = not over.is_set()
        if select.select([pipe], [], [], _LOOK_EVERY)[0]:
            piece = os.read(pipe.fileno(), _PIECE)
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            going_on = going_on and bool(piece)
    if rest:
        yield rest


def _ending(pid: int, *, asked_first: bool) -> threading.Event:
    """End it while the caller reads what it still says; the event tells when that is done.

    The thread outlives a second Ctrl-C, which otherwise would leave the processes to themselves.
    """
    over = threading.Event()
    threading.Thread(target=_end, args=(pid, over), kwargs={"asked_first": asked_first}).start()
    return over


def _end(pid: int, over: threading.Event, *, asked_first: bool) -> None:
    try:
        end(pid, asked_first=asked_first)
    finally:
        over.set()


def end(pid: int, *, asked_first: bool = False) -> None:
    """End a process and all that it started, the started ones first.

    ``asked_first``: it is Terraform itself, whose plugins end when it does and not before.

    cdktf answers an interrupt by killing Terraform, which then loses the state of what it has just
    made; so Terraform is interrupted before cdktf, and given a minute to write its state. What is
    left where the process itself has ended has no such work to finish.
    """
    try:
        top = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    asked: set[psutil.Process] = set()
    deadline = time.monotonic() + (_GRACE if _runs(top) else 0.0)
    itself = {top} if asked_first else set()
    while (below := _started(top) | set(filter(_runs, itself))) and time.monotonic() < deadline:
        for member in below - asked:
            _send(member, signal.SIGINT)
        asked |= below
        time.sleep(_LOOK_EVERY)
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for member in _family(top, asked):
            _send(member, sent)
        deadline = time.monotonic() + _INSISTING
        # Looked for anew each time: the answer to a signal may be to start another program.
        while (family := _family(top, asked)) and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
        if not family:
            return


def _family(top: psutil.Process, asked: set[psutil.Process]) -> set[psutil.Process]:
    """What runs of it, of all that it started, and of what was asked to stop before."""
    return set(filter(_runs, asked | _started(top) | {top}))


def _started(top: psutil.Process) -> set[psutil.Process]:
    """What runs of its descendants, and of its session where it leads one.

    One whose parent has ended is in no tree any more, but in the session still.
    """
    found: set[psutil.Process] = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        found.update(top.children(recursive=True))
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            if pid != top.pid and os.getsid(pid) == top.pid:
                found.add(psutil.Process(pid))
    return set(filter(_runs, found))


def _runs(member: psutil.Process) -> bool:
    """Whether it does anything still: one that its parent has not waited for yet does not."""
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _send(member: psutil.Process, sent: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        member.send_signal(sent)
