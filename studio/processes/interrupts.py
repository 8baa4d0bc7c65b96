"""Records the first and the second Ctrl-C or signal; children.py and parallel.py act on them."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Lock
from types import FrameType


@dataclass(frozen=True)
class Interrupts:
    """The interrupts of a group of tasks. first: end gracefully. second: kill child processes."""

    first: Event = field(default_factory=Event)
    second: Event = field(default_factory=Event)
    _actions: list[Callable[[], object]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def interrupt(self) -> None:
        with self._lock:
            (self.second if self.first.is_set() else self.first).set()
            actions = list(self._actions)
        for action in actions:
            action()

    @contextlib.contextmanager
    def running(self, action: Callable[[], object]) -> Iterator[None]:
        """Call ``action`` at each interrupt while the block runs."""
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
    """The interrupts of the calling task; outside of tasks, ones that are never set."""
    return _current.get(_none)


@contextlib.contextmanager
def group() -> Iterator[Interrupts]:
    """The interrupts of tasks that start in a copy of this context while the block runs."""
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
"""Set by the second Ctrl-C: kill the child processes."""


def install() -> None:
    """Make the first Ctrl-C, SIGTERM or SIGHUP raise KeyboardInterrupt, the second set ``hurried``.

    A second KeyboardInterrupt could stop the code that ends the children. SIGHUP does not reach
    children in sessions of their own; `nohup` ignores it.
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
    # In a background job, SIGINT is ignored. A child inherits that, but no handler.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, handle)


def on_stop(action: Callable[[int, FrameType | None], object]) -> None:
    """Call the action for each signal by which ssh, a terminal or a user stops this process."""
    for name in ("SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, action)
