"""A port of this machine's loopback device on that of a container, which has no other device."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import threading

_NETWORK = 0x40000000  # CLONE_NEWNET
_PIECE = 1 << 16


class Loopback:
    """127.0.0.1:`port` in the container of process `pid` leads to the same address here.

    So an app reaches the emulated AWS as one of Studio reaches AWS's endpoints in its VPC.
    """

    def __init__(self, *, pid: int, port: int) -> None:
        """Raises OSError."""
        self._address = ("127.0.0.1", port)
        self._listener = _listener_inside(pid, self._address)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no further connection. A socket keeps the namespace that it was made in."""
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
    made: list[socket.socket | OSError] = []

    def make() -> None:
        try:
            namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
            try:
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.setns(namespace, _NETWORK):
                    raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")
            finally:
                os.close(namespace)
            made.append(socket.create_server(address))
        except OSError as error:
            made.append(error)

    # The namespace of a network is a thread's.
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if isinstance(made[0], OSError):
        raise made[0]
    return made[0]


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
