"""Child processes, which end with all their descendants; how long Terraform has for it."""

import contextlib
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil

from studio.processes import interrupts
from studio.processes.ending import end, kill

GRACE = 60.0
"""Seconds for Terraform to complete its calls and write its state."""

_INTERVAL = 0.1
_PIPE_BYTES = 1 << 16
"""The capacity of a pipe (man 7 pipe)."""


class Child(subprocess.Popen[bytes]):
    """A process in a session of its own, so that Ctrl-C reaches only the parent, which ends it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: int | IO[Any] = subprocess.DEVNULL,
        stdout: int | IO[Any] = subprocess.PIPE,
        stderr: int | IO[Any] = subprocess.PIPE,
    ) -> None:
        super().__init__(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        self.identity = psutil.Process(self.pid)

    def end(self, *, grace: float = 0.0) -> None:
        end(self.identity, grace=grace)

    def __exit__(self, *error: Any) -> None:
        """Kill it with its descendants, wait for it, close its pipes."""
        kill(self.identity)
        super().__exit__(*error)


def captured(
    command: Sequence[str | Path],
    *,
    seconds: float,
    grace: float = 0.0,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program without standard input; returns its output and exit code.

    Ends it and its descendants after ``seconds`` and on an interrupt; grace: see ``ending.end``.
    Terraform needs ``GRACE`` to release its lock.

    Raises OSError if it does not start, subprocess.TimeoutExpired after ``seconds``.
    """
    if sys.platform == "win32":
        # On Windows, selectors accept no pipes.
        return subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
    child = Child(command, cwd=cwd, env=env)
    printed, complained = bytearray(), bytearray()
    assert child.stdout is not None
    assert child.stderr is not None
    taking = {child.stdout: printed.extend, child.stderr: complained.extend}
    code = _finish(child, taking, seconds=seconds, grace=grace)
    return subprocess.CompletedProcess(
        command, code, printed.decode(errors="replace"), complained.decode(errors="replace")
    )


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    grace: float = 0.0,
    stdin: int | IO[Any] = subprocess.DEVNULL,
) -> int:
    """Run a program with this program's output streams; returns its exit code.

    Ends it and its descendants on an interrupt; grace: see ``ending.end``.

    Raises OSError if it does not start, KeyboardInterrupt.
    """
    with Child(command, env=env, stdin=stdin, stdout=sys.stdout, stderr=sys.stderr) as child:
        return _finish(child, {}, seconds=None, grace=grace)


def stream(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    each_line: Callable[[str], object],
    seconds: float | None = None,
    grace: float = 0.0,
    cwd: Path | None = None,
    stdin: str = "",
    each_moment: Callable[[], object] = lambda: None,
) -> int:
    """Run a program and pass each line of its output to ``each_line``; returns its exit code.

    Ends it and its descendants after ``seconds`` (None: no limit) and on an interrupt; grace: see
    ``ending.end``. each_moment: called ten times a second.

    Raises OSError if it does not start, TimeoutError, KeyboardInterrupt.
    """
    child = Child(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    assert child.stdout is not None
    rest = b""

    def take(piece: bytes) -> None:
        nonlocal rest
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            each_line(_text(line))

    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError), child.stdin:
            child.stdin.write(stdin.encode())
    try:
        code = _finish(
            child,
            {child.stdout: take},
            seconds=seconds,
            grace=grace,
            each_moment=each_moment,
        )
    except subprocess.TimeoutExpired:
        name = Path(command[0]).name
        raise TimeoutError(f"`{name}` did not end within {seconds:.0f} seconds") from None
    if rest:
        each_line(_text(rest))
    return code


def first_line(child: Child, *, seconds: float) -> str:
    """The first line that a child prints; "" if it closes its output without one.

    Raises TimeoutError after ``seconds``, KeyboardInterrupt.
    """
    assert child.stdout is not None
    printed = bytearray()
    deadline = time.monotonic() + seconds

    def over() -> bool:
        interrupts.check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"the program printed no line within {seconds:.0f} seconds")
        return b"\n" in printed

    _read({child.stdout: printed.extend}, over)
    return _text(bytes(printed.partition(b"\n")[0]))


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r\n")


_Taking = Mapping[IO[bytes], Callable[[bytes], object]]


def _finish(
    child: Child,
    taking: _Taking,
    *,
    seconds: float | None,
    grace: float,
    each_moment: Callable[[], object] = lambda: None,
) -> int:
    """Read the child's output until the child ends; returns its exit code.

    Raises TimeoutExpired and KeyboardInterrupt after it and its descendants have ended.
    """
    deadline = None if seconds is None else time.monotonic() + seconds

    def check() -> bool:
        interrupts.check()
        each_moment()
        if deadline is not None and time.monotonic() > deadline:
            raise subprocess.TimeoutExpired(child.args, seconds or 0.0)
        return False

    try:
        _read(taking, check)
        while child.poll() is None:
            check()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_INTERVAL)
        return child.returncode
    except subprocess.TimeoutExpired:
        _end(child, taking, grace=grace)
        raise
    except BaseException:
        ignored = {pipe: lambda _: None for pipe in taking}
        _end(child, ignored, grace=grace)
        raise
    finally:
        for pipe in taking:
            pipe.close()


def _end(child: Child, taking: _Taking, *, grace: float) -> None:
    """End the child; kill it on a second interrupt.

    Reads its output meanwhile: a child that waits for its pipe does not end.
    """
    again, over, second = threading.Event(), threading.Event(), interrupts.current().second

    def work() -> None:
        try:
            end(
                child.identity,
                grace=grace,
                hurry=lambda: again.is_set() or second.is_set() or interrupts.hurried.is_set(),
            )
        finally:
            over.set()

    # Ctrl-C does not reach this thread.
    threading.Thread(target=work).start()
    try:
        _read(taking, over.is_set)
        over.wait()
    except KeyboardInterrupt:
        again.set()
        raise
    finally:
        over.wait()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_INTERVAL)


def _read(taking: _Taking, over: Callable[[], bool]) -> None:
    """Read the pipes until they are closed, or until ``over``.

    A descendant that left the session may keep a pipe open.
    """
    with selectors.DefaultSelector() as selector:
        for pipe in taking:
            selector.register(pipe, selectors.EVENT_READ)
        ended = False
        while not ended and selector.get_map():
            ended = over()
            for key, _ in selector.select(_INTERVAL):
                assert not isinstance(key.fileobj, int)
                piece = os.read(key.fd, _PIPE_BYTES)
                if piece:
                    taking[key.fileobj](piece)  # type: ignore[index]
                else:
                    selector.unregister(key.fileobj)
