"""Forwarded ports of an app; since which version of the plugin they are multiplexed.

A forward has the methods of a socket for the data channel's bytes.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

_MULTIPLEXING = [1, 1, 70]
"""The first version of session-manager-plugin that multiplexes (amazon-ssm-agent,
agent/session/plugins/port/port.go)."""
_PIECE = 1 << 14
_BUFFER_LIMIT = 1 << 20
"""The limit of bytes in a buffer; a further write waits."""


Connect: TypeAlias = Callable[[], socket.socket]
"""Connects to the port. Raises OSError."""


def forward(connect: Connect, *, client_version: str, refused: Callable[[], None]) -> Forward:
    """A forward to a port; multiplexed if the client's version supports it.

    refused: called when the port refuses a connection.
    """
    numbers = [int(part) for part in client_version.split(".") if part.isdigit()]
    kind = MultiplexedForward if numbers >= _MULTIPLEXING else SingleForward
    return kind(connect, refused)


class _Buffer:
    """Bytes for the data channel."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._bytes = bytearray()
        self._over = False

    def put(self, data: bytes) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._bytes) < _BUFFER_LIMIT or self._over)
            self._bytes += data
            self._changed.notify_all()

    def take(self, most: int) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._bytes or self._over)
            taken = bytes(self._bytes[:most])
            del self._bytes[:most]
            self._changed.notify_all()
            return taken

    def end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()


class Forward:
    def __init__(self, connect: Connect, refused: Callable[[], None]) -> None:
        self._connect, self._refused = connect, refused
        self._buffer = _Buffer()

    def recv(self, most: int) -> bytes:
        return self._buffer.take(most)

    def sendall(self, data: bytes) -> None:
        raise NotImplementedError

    def disconnect(self) -> None:
        """End the current connection; the client ends multiplexed connections itself."""

    def hang_up(self) -> None:
        self.disconnect()
        self._buffer.end()

    def close(self) -> None:
        self.hang_up()


class SingleForward(Forward):
    """One connection at a time."""

    _connection: socket.socket | None = None

    def sendall(self, data: bytes) -> None:
        if self._connection is None:
            connection = _connected(self._connect)
            if connection is None:
                self._refused()
                return
            self._connection = connection
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()
        with suppress(OSError):
            self._connection.sendall(data)

    def _read(self, connection: socket.socket) -> None:
        with suppress(OSError):
            while piece := connection.recv(_PIECE):
                self._buffer.put(piece)

    def disconnect(self) -> None:
        if self._connection is not None:
            _close(self._connection)
            self._connection = None


class MultiplexedForward(Forward):
    """Many connections at once by the protocol of smux, version 1.

    https://github.com/xtaci/smux, frame.go; the client opens the streams.
    """

    _HEADER = struct.Struct("<BBHI")
    _VERSION = 1
    _OPEN, _END, _DATA = 0, 1, 2

    def __init__(self, connect: Connect, refused: Callable[[], None]) -> None:
        super().__init__(connect, refused)
        self._received = bytearray()
        self._streams: dict[int, socket.socket] = {}

    def sendall(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= self._HEADER.size:
            _, command, length, stream = self._HEADER.unpack_from(self._received)
            end = self._HEADER.size + length
            if len(self._received) < end:
                return
            content = bytes(self._received[self._HEADER.size : end])
            del self._received[:end]
            self._take(command, stream, content)

    def _take(self, command: int, stream: int, content: bytes) -> None:
        if command == self._OPEN:
            connection = _connected(self._connect)
            if connection is None:
                self._refused()
                self._put(self._END, stream)
                return
            self._streams[stream] = connection
            threading.Thread(target=self._read, args=(stream, connection), daemon=True).start()
        elif command == self._DATA and stream in self._streams:
            with suppress(OSError):
                self._streams[stream].sendall(content)
        elif command == self._END and stream in self._streams:
            with suppress(OSError):
                self._streams.pop(stream).shutdown(socket.SHUT_WR)

    def _read(self, stream: int, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while piece := connection.recv(_PIECE):
                self._put(self._DATA, stream, piece)
        self._put(self._END, stream)

    def _put(self, command: int, stream: int, content: bytes = b"") -> None:
        header = self._HEADER.pack(self._VERSION, command, len(content), stream)
        self._buffer.put(header + content)

    def hang_up(self) -> None:
        for connection in list(self._streams.values()):
            _close(connection)
        super().hang_up()


def _connected(connect: Connect) -> socket.socket | None:
    try:
        connection = connect()
    except OSError:
        return None
    return without_delay(connection)


def without_delay(connection: socket.socket) -> socket.socket:
    """The connection, without a time-out and without Nagle's algorithm."""
    connection.settimeout(None)
    if connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
