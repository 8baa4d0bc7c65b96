"""Pieces of work of which some come after others; what can go on at once does."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from threading import Event

Piece = Callable[[Event], object]
"""Is to stop, and to raise KeyboardInterrupt, once the event is set."""


def in_order(work: Mapping[str, Piece], after: Mapping[str, Collection[str]]) -> None:
    """Do each piece once all are done that it comes ``after``.

    Where one fails no other is begun, those under way are finished, and its error is raised. On an
    interrupt all have stopped when it is raised.
    """
    order = TopologicalSorter({name: after.get(name, ()) for name in work})
    order.prepare()
    halt = Event()
    running: dict[Future[object], str] = {}
    with ThreadPoolExecutor(max(1, len(work))) as pool:
        try:
            while order.is_active():
                for name in order.get_ready():
                    running[pool.submit(work[name], halt)] = name
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    done.result()
                    order.done(running.pop(done))
        except KeyboardInterrupt:
            halt.set()
            raise
