"""Reads and writes many frames of RFC 6455 at a time on the socket of an open WebSocket.

websocket-client opens the WebSocket, also through proxies, and encodes frames. It reads and writes
them one by one, which is too slow: a session has a frame for each kilobyte.
"""

import contextlib
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from websocket import ABNF

CONTINUATION, BINARY, CLOSE, PING, PONG = 0x0, 0x2, 0x8, 0x9, 0xA
_FINAL, _MASKED, _LENGTH = 0x80, 0x80, 0x7F
_READ_SIZE = 1 << 16
_WRITE_SIZE = 1 << 14
"""The content of a TLS record: a larger write shows no progress until all of it is written."""
_LARGEST = 1 << 24


_T = TypeVar("_T")


class InvalidFrame(OSError):
    """The received bytes are not a frame of a server."""


class Frames:
    """The frames of a socket, from now on without blocking. One thread receives, others may send.

    receive_seconds, send_seconds: how long the network may bring, or take, no bytes.
    """

    def __init__(
        self, connection: socket.socket, *, receive_seconds: float, send_seconds: float
    ) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._receive_seconds, self._send_seconds = receive_seconds, send_seconds
        self._received = bytearray()
        self._message: tuple[int, bytearray] | None = None
        self._sending = threading.Lock()
        # OpenSSL does not allow a read and a write at the same time: the session would end, or
        # Python crash (openssl/openssl#20446, python/cpython#151508).
        self._using = threading.Lock()

    def receive(self) -> Iterator[tuple[int, bytes]]:
        """Wait for the next messages, as opcode and payload, and answer pings.

        Raises OSError: TimeoutError if none arrives, InvalidFrame.
        """
        piece = self._when_ready(
            lambda: self._connection.recv(_READ_SIZE), selectors.EVENT_READ, self._receive_seconds
        )
        if not piece:
            raise InvalidFrame("the connection was closed")
        self._received += piece
        while (frame := self._next()) is not None:
            first, payload = frame
            opcode = first & 0x0F
            if opcode == PING:
                self.send(PONG, [payload])
            elif opcode >= CLOSE:
                yield opcode, payload
            else:
                yield from self._join(opcode, payload, final=bool(first & _FINAL))

    def send(self, opcode: int, payloads: Iterable[bytes]) -> None:
        """Send each payload as a frame. Raises OSError: TimeoutError after ``send_seconds``."""
        frames = (ABNF.create_frame(payload, opcode).format() for payload in payloads)
        content = memoryview(b"".join(frames))
        with self._sending:
            for start in range(0, len(content), _WRITE_SIZE):
                rest = content[start : start + _WRITE_SIZE]
                while rest:
                    rest = rest[self._send(rest) :]

    def shut_down(self) -> None:
        """End the connection; a thread that waits for it gets an OSError."""
        with self._using, contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _send(self, piece: memoryview) -> int:
        return self._when_ready(
            lambda: self._connection.send(piece), selectors.EVENT_WRITE, self._send_seconds
        )

    def _when_ready(self, use: Callable[[], _T], event: int, seconds: float) -> _T:
        """Use the connection as soon as it is ready. Raises TimeoutError after ``seconds``."""
        deadline = time.monotonic() + seconds
        while True:
            with self._using:
                try:
                    return use()
                except ssl.SSLWantReadError:
                    needed = selectors.EVENT_READ
                except ssl.SSLWantWriteError:
                    needed = selectors.EVENT_WRITE
                except BlockingIOError:
                    needed = event
            with selectors.DefaultSelector() as selector:
                selector.register(self._connection, needed)
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise TimeoutError(f"no progress in {seconds:g} s")

    def _next(self) -> tuple[int, bytes] | None:
        """The first byte and the payload of the next frame; None if it is not complete yet."""
        received = self._received
        if len(received) < 2:
            return None
        if received[1] & _MASKED:
            raise InvalidFrame("a frame of the server is masked")
        length, start = received[1] & _LENGTH, 2
        if length > 125:
            start += 2 if length == 126 else 8
            length = int.from_bytes(received[2:start], "big")
            if len(received) < start:
                return None
        if length > _LARGEST:
            raise InvalidFrame(f"a frame of {length} bytes")
        if len(received) < start + length:
            return None
        first, payload = received[0], bytes(received[start : start + length])
        del received[: start + length]
        return first, payload

    def _join(self, opcode: int, payload: bytes, *, final: bool) -> Iterator[tuple[int, bytes]]:
        if final and opcode != CONTINUATION:
            yield opcode, payload
            return
        if opcode != CONTINUATION:
            self._message = opcode, bytearray()
        if self._message is None:
            raise InvalidFrame("a continuation frame without a message")
        message_opcode, content = self._message
        content += payload
        if len(content) > _LARGEST:
            raise InvalidFrame(f"a message of more than {_LARGEST} bytes")
        if final:
            self._message = None
            yield message_opcode, bytes(content)
