"""Where progress goes: lines on standard error, or a live view. Standard library only.

A result goes to standard output and is printed by the command itself.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from studio.console.board import Board
from studio.console.silence import Silence


class View(Protocol):
    """A live view of the stacks."""

    def say(self, line: str) -> None:
        """Print a line that stays, above the view."""

    def close(self) -> None:
        """Remove the view."""


@dataclass(kw_only=True)
class Output:
    """What one command says.

    quiet: progress is kept until a question is asked. verbose: whether details are said too.
    live: whether the stacks are shown in a live view. silent: whether it may be silent for long;
    piped: whether the output is no terminal, so that it seldom says the same again.
    doing: what the command does until Terraform has run, where nothing else is said. reported: what
    it said, less the progress of Terraform.
    """

    quiet: bool = False
    verbose: bool = False
    live: bool = False
    silent: bool = True
    piped: bool = False
    doing: str = ""
    reported: list[str] = field(default_factory=list)
    board: Board = field(default_factory=Board)
    started: float = field(default_factory=time.monotonic)
    _works: list[str] = field(default_factory=list)
    _view: View | None = None
    _depth: int = 0
    _kept: list[str] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _silence: Silence = field(init=False)

    def __post_init__(self) -> None:
        self._silence = Silence(piped=self.piped)

    def say(self, line: str) -> None:
        """One line of progress, at once."""
        with self._lock:
            self._silence.end()
            if self.quiet:
                self._kept.append(line)
            elif self._view is not None:
                self._view.say(line)
            else:
                print(line, file=sys.stderr, flush=True)

    def result(self, line: str) -> None:
        """One line of what was asked for: on standard output, also with ``--quiet``."""
        with self._lock:
            self._silence.restart()
            print(line, flush=True)

    def progress(self, line: str) -> None:
        """One line of progress; in a pipe, with the seconds since the command began."""
        piped = sys.stderr is None or not sys.stderr.isatty()
        elapsed = f"{time.monotonic() - self.started:6.1f}s  "
        self.say(f"{elapsed if piped else ''}{line}")

    def event(self, line: str) -> None:
        """What happened to a resource: a live view shows the last ones only."""
        with self._lock:
            if self._view is None:
                self.progress(line)
            else:
                self.board.events.append(line)

    def detail(self, line: str) -> None:
        """A line that is said with ``--verbose`` only."""
        if self.verbose:
            self.progress(line)

    @contextlib.contextmanager
    def stacks(self) -> Iterator[None]:
        """Show the live view, where there is one, while the block runs."""
        with self._lock:
            self._depth += 1
            if self.live and not self.quiet and self._view is None:
                from studio.console.live import LiveView

                self._view = LiveView(self.board, self._doing)
        try:
            yield
        finally:
            with self._lock:
                self._depth -= 1
                if not self._depth and self._view is not None:
                    self._view.close()
                    self._view = None

    @contextlib.contextmanager
    def work(self, doing: str) -> Iterator[None]:
        """Say that the command does this, if it is silent or shows a live view."""
        with self.stacks(), self.waiting(doing):
            yield

    @contextlib.contextmanager
    def waiting(self, doing: str) -> Iterator[None]:
        """Say that the command does this, if it is silent. Tasks may wait side by side."""
        self._works.append(doing)
        try:
            yield
        finally:
            self._works.remove(doing)

    def _doing(self) -> str:
        return "".join(self._works[-1:])

    def before_question(self) -> None:
        """Say what ``quiet`` kept: a person agrees only to what is shown."""
        with self._lock:
            kept, self._kept = self._kept, []
            for line in kept:
                print(line, file=sys.stderr, flush=True)
            self._silence.pause()

    def after_question(self) -> None:
        """Count silence from now on."""
        self._silence.restart()

    def break_silence(self, now: float) -> None:
        """Say what the command does if it has said nothing for too long."""
        with self._lock:
            if not (self.silent or self.quiet or self._view):
                doing = self.board.doing() or self._doing() or self.doing
                self._silence.end_if_long(doing, now, self.progress)


_current = Output()


def current() -> Output:
    """That of the command that runs."""
    return _current


def say(line: str) -> None:
    """One line of progress of the command that runs."""
    _current.reported.append(line)
    _current.say(line)


def result(line: str) -> None:
    """One line of what was asked of it."""
    _current.result(line)


def progress(line: str) -> None:
    """As ``say``; in a pipe, with the seconds since the command began."""
    _current.progress(line)


@contextlib.contextmanager
def speaking(output: Output) -> Iterator[None]:
    """Use this output while the block runs, and keep it from being silent for long."""
    global _current
    before, _current = _current, output
    over = threading.Event()

    def listen() -> None:
        while not over.wait(0.25):
            output.break_silence(time.monotonic())

    listener = threading.Thread(target=listen, daemon=True)
    if not output.silent:
        listener.start()
    try:
        yield
    finally:
        over.set()
        if not output.silent:
            listener.join()
        _current = before
