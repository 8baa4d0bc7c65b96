"""Forwards a port of a container's loopback interface to this machine."""

import contextlib
import ctypes
import os
import socket
import threading

_NETWORK = 0x40000000  # CLONE_NEWNET
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
    result: list[socket.socket | OSError] = []

    def listen() -> None:
        try:
            namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
            try:
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.setns(namespace, _NETWORK):
                    raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")
            finally:
                os.close(namespace)
            result.append(socket.create_server(address))
        except OSError as error:
            result.append(error)

    # A network namespace applies to a thread; a socket stays in its namespace.
    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    if isinstance(result[0], OSError):
        raise result[0]
    return result[0]


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
