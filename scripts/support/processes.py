"""Child processes that are bounded and ended with all that they started."""

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

_GRACE = 60.0
"""Seconds in which Terraform may finish the calls under way and write its state."""


def captured(
    command: Sequence[str | Path],
    *,
    seconds: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program that asks nothing, and keep what it prints, whatever its exit code.

    Raises OSError where it does not start, subprocess.TimeoutExpired after ``seconds``.
    """
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )


def stream(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    seconds: float,
    each_line: Callable[[str], None],
    asked_first: bool = False,
) -> int:
    """Run ``command``, hand each line that it prints to ``each_line``, return its exit code.

    When ``seconds`` have passed, or on an interrupt, the process and all its descendants are asked
    to stop as Ctrl-C asks, and killed a minute later. ``asked_first``: see ``end``.

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
    late = threading.Event()

    def end_late() -> None:
        late.set()
        end(process.pid, asked_first=asked_first)

    timer = threading.Timer(seconds, end_late)
    timer.daemon = True
    timer.start()
    try:
        for line in process.stdout:
            each_line(line.decode("utf-8", "replace").rstrip("\r\n"))
        code = process.wait()
    except BaseException:
        end(process.pid, asked_first=asked_first)
        process.wait()
        raise
    finally:
        timer.cancel()
        process.stdout.close()
    if late.is_set():
        raise TimeoutError(f"`{Path(command[0]).name}` did not end within {seconds:.0f} seconds")
    return code


def end(pid: int, *, asked_first: bool = False) -> None:
    """End a process and all that it started, the started ones first.

    ``asked_first``: it is Terraform itself, whose plugins end when it does and not before.

    cdktf answers an interrupt by killing Terraform, which then loses the state of what it has just
    made; so Terraform is interrupted before cdktf, and given a minute to write its state.
    """
    try:
        top = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    asked: set[psutil.Process] = set()
    deadline = time.monotonic() + _GRACE
    itself = {top} if asked_first else set()
    while (below := _descendants(top) | set(filter(_runs, itself))) and time.monotonic() < deadline:
        for member in below - asked:
            _send(member, signal.SIGINT)
        asked |= below
        time.sleep(0.1)
    family = asked | {top}
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for member in family:
            _send(member, sent)
        deadline = time.monotonic() + 5.0
        while (family := set(filter(_runs, family))) and time.monotonic() < deadline:
            time.sleep(0.1)
        if not family:
            return


def _descendants(top: psutil.Process) -> set[psutil.Process]:
    try:
        return set(filter(_runs, top.children(recursive=True)))
    except psutil.NoSuchProcess:
        return set()


def _runs(member: psutil.Process) -> bool:
    """Whether it does anything still: one that its parent has not waited for yet does not."""
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _send(member: psutil.Process, sent: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        member.send_signal(sent)
