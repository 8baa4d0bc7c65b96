"""Relays bytes between a data channel and its sshd."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

_PIECE = 64 * 1024
_GRACE = 2.0
"""Real seconds for a client to read what it was sent before a session that is over is cut."""
_RESET = struct.pack("ii", 1, 0)


def relay(channel: ServerConnection, host: socket.socket, over: threading.Event) -> None:
    """Relay bytes in both directions until either end closes, or until `over` is set.

    Sets `over` at the end. All that `host` sent before it closed reaches the client. The caller
    closes both connections.
    """

    finished = threading.Event()

    def to_client() -> None:
        with suppress(OSError, ConnectionClosed):
            while piece := host.recv(_PIECE):
                channel.send(piece)
        finished.set()
        over.set()

    def to_host() -> None:
        with suppress(OSError, ConnectionClosed):
            for message in channel:
                host.sendall(message if isinstance(message, bytes) else message.encode())
        finished.set()
        over.set()

    ways = [threading.Thread(target=way, daemon=True) for way in (to_client, to_host)]
    for way in ways:
        way.start()
    over.wait()
    if not finished.is_set():
        # A client that does not read, or a host that waits to send, would not notice otherwise.
        channel.close_timeout = _GRACE
        host.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    _shut(host)
    ways[0].join(_GRACE)
    if ways[0].is_alive():
        _shut(channel.socket)
        ways[0].join()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
