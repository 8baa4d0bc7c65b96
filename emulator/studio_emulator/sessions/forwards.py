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

Connect: TypeAlias = Callable[[], socket.socket]
"""Connects to the port. Raises OSError."""


def forward(connect: Connect, *, client_version: str, refused: Callable[[], None]) -> Forward:
    """A forward to a port; multiplexed if the client's version supports it.

    refused: called when the port refuses a connection.
    """
    numbers = [int(part) for part in client_version.split(".") if part.isdigit()]
    kind = MultiplexedForward if numbers >= _MULTIPLEXING else SingleForward
    return kind(connect, refused)


class Forward:
    """The data channel reads `_ours`; the threads that read from the port write to `_theirs`."""

    def __init__(self, connect: Connect, refused: Callable[[], None]) -> None:
        self._connect, self._refused = connect, refused
        self._ours, self._theirs = socket.socketpair()
        self._writing = threading.Lock()

    def recv(self, most: int) -> bytes:
        return self._ours.recv(most)

    def sendall(self, data: bytes) -> None:
        raise NotImplementedError

    def _connected(self) -> socket.socket | None:
        """A new connection to the port, unless it is refused."""
        try:
            connection = self._connect()
        except OSError:
            self._refused()
            return None
        return without_delay(connection)

    def _put(self, data: bytes) -> None:
        """Write to the data channel; waits while its client is slow."""
        with self._writing, suppress(OSError):
            self._theirs.sendall(data)

    def disconnect(self) -> None:
        """End the current connection; the client ends multiplexed connections itself."""

    def hang_up(self) -> None:
        self.disconnect()
        with suppress(OSError):
            self._theirs.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.hang_up()
        self._ours.close()
        self._theirs.close()


class SingleForward(Forward):
    """One connection at a time."""

    _connection: socket.socket | None = None

    def sendall(self, data: bytes) -> None:
        if self._connection is None:
            connection = self._connected()
            if connection is None:
                return
            self._connection = connection
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()
        with suppress(OSError):
            self._connection.sendall(data)

    def _read(self, connection: socket.socket) -> None:
        with suppress(OSError):
            while piece := connection.recv(_PIECE):
                self._put(piece)

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
            connection = self._connected()
            if connection is None:
                self._put_frame(self._END, stream)
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
                self._put_frame(self._DATA, stream, piece)
        self._put_frame(self._END, stream)

    def _put_frame(self, command: int, stream: int, content: bytes = b"") -> None:
        header = self._HEADER.pack(self._VERSION, command, len(content), stream)
        self._put(header + content)

    def hang_up(self) -> None:
        for connection in list(self._streams.values()):
            _close(connection)
        super().hang_up()


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
