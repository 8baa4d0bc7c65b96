"""Reports progress on standard error, with --quiet and --verbose. Standard library only.

Results go to standard output.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.console import silence
from studio.console.board import Board
from studio.console.silence import Silence

if TYPE_CHECKING:
    from studio.console.live import LiveView

_OF_A_USER = re.compile(
    r"`studio (?:doctor|status|(?:connect|stop) (?!USER)\w)(?:(?! --deployment)[^`])*(?=`)"
)
"""A command that takes --deployment and lacks it; not one without the user's name."""


@dataclass(kw_only=True)
class Output:
    """The output of one command.

    quiet: print progress only before a question. verbose: print details. live: show the stacks in a
    live view. silent: print nothing during long steps. piped: the output is no terminal, so repeat
    lines less often. doing: the step that it names by default. reported: lines other than
    Terraform's progress. config: the value of --config, deployment: the flags that name one without
    settings; messages about commands repeat both.
    """

    quiet: bool = False
    verbose: bool = False
    live: bool = False
    silent: bool = True
    piped: bool = False
    doing: str = ""
    config: str = ""
    deployment: str = ""
    reported: list[str] = field(default_factory=list)
    board: Board = field(default_factory=Board)
    started: float = field(default_factory=time.monotonic)
    _works: list[str] = field(default_factory=list)
    _view: LiveView | None = None
    _depth: int = 0
    _kept: list[str] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _silence: Silence = field(init=False)

    def __post_init__(self) -> None:
        self._silence = Silence(piped=self.piped)

    def runnable(self, text: str, *, is_command: bool = False) -> str:
        """The text; its commands (`studio up`) use the same settings as the running one.

        is_command: the text itself may be a command, without backquotes so that it can be pasted.
        """
        if self.deployment:
            return _OF_A_USER.sub(lambda found: f"{found[0]} {self.deployment}", text)
        # A comment is a line of a file, as `studio connect --dry-run` shows.
        if not self.config or text.lstrip().startswith("#"):
            return text
        before = "^|(?<=`)" if is_command else "(?<=`)"
        command = f"studio --config {shlex.quote(self.config)} "
        return re.sub(rf"(?:{before})studio (?=[a-z])", lambda _: command, text)

    def say(self, line: str, *, also_quiet: bool = False) -> None:
        """Print a line of progress. also_quiet: also with ``--quiet``."""
        line = self.runnable(line)
        with self._lock:
            self._silence.end()
            if self.quiet and not also_quiet:
                self._kept.append(line)
            elif self._view is not None:
                self._view.say(line)
            else:
                print(line, file=sys.stderr, flush=True)

    def result(self, line: str) -> None:
        """Print a line of the result on standard output, also with ``--quiet``."""
        with self._lock:
            self._silence.restart()
            print(self.runnable(line), flush=True)

    def progress(self, line: str) -> None:
        """Print a line of progress; in a pipe, with the elapsed seconds."""
        piped = sys.stderr is None or not sys.stderr.isatty()
        elapsed = f"{time.monotonic() - self.started:6.1f}s  "
        self.say(f"{elapsed if piped else ''}{line}")

    def event(self, line: str) -> None:
        """Print a change of a resource; a live view shows only the last ones."""
        with self._lock:
            if self._view is None:
                self.progress(line)
            else:
                self.board.events.append(line)

    def detail(self, line: str) -> None:
        """Print a line with ``--verbose`` only."""
        if self.verbose:
            self.progress(line)

    @contextlib.contextmanager
    def stacks(self) -> Iterator[None]:
        """Show the live view, if enabled, while the block runs."""
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
        """Name this step in the live view, and after a long silence."""
        with self.stacks(), self.waiting(doing):
            yield

    @contextlib.contextmanager
    def waiting(self, doing: str) -> Iterator[None]:
        """Name this step after a long silence. Tasks can wait in parallel."""
        self._works.append(doing)
        try:
            yield
        finally:
            self._works.remove(doing)

    def _doing(self) -> str:
        return "".join(self._works[-1:])

    def before_question(self) -> None:
        """Print the lines that ``quiet`` held back: the question refers to them."""
        with self._lock:
            kept, self._kept = self._kept, []
            for line in kept:
                print(line, file=sys.stderr, flush=True)
            self._silence.pause()

    def after_question(self) -> None:
        """Restart the time without output."""
        self._silence.restart()

    def break_silence(self, now: float) -> None:
        """Name the current step after a long silence."""
        with self._lock:
            if not (self.silent or self.quiet or self._view):
                doing = self.board.doing() or self._doing() or self.doing
                self._silence.end_if_long(doing, now, self.progress)


_current = Output()


def current() -> Output:
    return _current


def say(line: str) -> None:
    """Print a line of progress of the running command."""
    _current.reported.append(_current.runnable(line))
    _current.say(line)


def problem(line: str) -> None:
    """Print a line that the error of the command refers to, also with ``--quiet``."""
    _current.reported.append(_current.runnable(line))
    _current.say(line, also_quiet=True)


def result(line: str) -> None:
    _current.result(line)


def progress(line: str) -> None:
    """Print a line of progress; in a pipe, with the elapsed seconds."""
    _current.progress(line)


@contextlib.contextmanager
def speaking(output: Output) -> Iterator[None]:
    """Use this output while the block runs, and name the current step after a long silence."""
    global _current
    before, _current = _current, output
    over = threading.Event()

    def listen() -> None:
        while not over.wait(silence.TICK):
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
