"""Ctrl-C reaches the main thread alone; tasks in other threads learn of it here."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Lock


@dataclass(frozen=True)
class Interrupts:
    """The interrupts of a group of tasks. first: stop in order. second: kill what still runs."""

    first: Event = field(default_factory=Event)
    second: Event = field(default_factory=Event)
    _actions: list[Callable[[], object]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def interrupt(self) -> None:
        """Interrupt the tasks once, or once more."""
        with self._lock:
            (self.second if self.first.is_set() else self.first).set()
            actions = list(self._actions)
        for action in actions:
            action()

    @contextlib.contextmanager
    def running(self, action: Callable[[], object]) -> Iterator[None]:
        """Run ``action`` if an interrupt comes while the block runs."""
        with self._lock:
            self._actions.append(action)
        try:
            yield
        finally:
            with self._lock:
                self._actions.remove(action)


_current: ContextVar[Interrupts] = ContextVar("interrupts")
_none = Interrupts()


def current() -> Interrupts:
    """Those of the task that calls it; outside of tasks, where Ctrl-C itself arrives, none come."""
    return _current.get(_none)


@contextlib.contextmanager
def group() -> Iterator[Interrupts]:
    """The interrupts of what is started, in a copy of this context, while the block runs."""
    interrupts = Interrupts()
    token = _current.set(interrupts)
    try:
        yield interrupts
    finally:
        _current.reset(token)


def sleep(seconds: float) -> None:
    """``time.sleep`` for tasks. Raises KeyboardInterrupt once the tasks are interrupted."""
    if current().first.wait(seconds):
        raise KeyboardInterrupt


def check() -> None:
    """Raises KeyboardInterrupt once the tasks are interrupted."""
    sleep(0)


hurried = Event()
"""Set by the second Ctrl-C: what is being ended is killed."""


def install() -> None:
    """Let the first Ctrl-C or SIGTERM raise KeyboardInterrupt, and the second set ``hurried``.

    A second KeyboardInterrupt could come while the first one ends children, and leave them running.
    SIGHUP, when a terminal closes, counts too, unless it is ignored (`nohup`): children in sessions
    of their own do not get it.
    """
    first = True

    def handle(*_: object) -> None:
        nonlocal first
        if not first:
            hurried.set()
            return
        first = False
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, handle)
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None and signal.getsignal(hangup) is signal.SIG_DFL:
        signal.signal(hangup, handle)
    let_children_be_interrupted()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, handle)


def let_children_be_interrupted() -> None:
    """Where SIGINT is ignored, as in a shell's background job, keep children from ignoring it too.

    A handler that does nothing ignores it just as well, and no child inherits a handler.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
