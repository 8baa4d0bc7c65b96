"""Forwards the emulator's port of 127.0.0.1, all that a container reaches, to this machine."""

import contextlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from studio_emulator.runtime import namespaces

_PIECE = 1 << 16


class Loopback:
    """Forwards 127.0.0.1:`port` in the container of process `pid` to the same address here.

    The app's container has no other network: it reaches only the emulated AWS.
    """

    def __init__(self, *, pid: int, port: int) -> None:
        """Raises OSError."""
        self._address = ("127.0.0.1", port)
        self._listener = _listener_inside(pid, self._address)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept no further connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._address)
                except OSError:
                    client.close()
                    continue
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _listener_inside(pid: int, address: tuple[str, int]) -> socket.socket:
    def listen() -> socket.socket:
        with Path(f"/proc/{pid}/ns/net").open() as namespace:
            namespaces.join(namespace.fileno())
        return socket.create_server(address)

    # A network namespace applies to a thread; a socket stays in its namespace.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(listen).result()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
