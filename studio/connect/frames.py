"""Reads and writes many frames of RFC 6455 at a time on the socket of an open WebSocket.

websocket-client opens the WebSocket, also through proxies. It reads and writes frames one by one,
which is too slow: a session has a frame for each kilobyte.
"""

import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator

CONTINUATION, BINARY, CLOSE, PING, PONG = 0x0, 0x2, 0x8, 0x9, 0xA
_FINAL, _MASKED, _LENGTH = 0x80, 0x80, 0x7F
_READ_SIZE = 1 << 16
_LARGEST = 1 << 24


class InvalidFrame(OSError):
    """The received bytes are not a frame of a server."""


class Frames:
    """The frames of a socket. One thread receives; several threads may send.

    send_seconds: how long a network may take no bytes; at least the time-out of the socket.
    """

    def __init__(self, connection: socket.socket, *, send_seconds: float) -> None:
        self._connection = connection
        self._send_seconds = send_seconds
        self._received = bytearray()
        self._message: tuple[int, bytearray] | None = None
        self._sending = threading.Lock()

    def receive(self) -> Iterator[tuple[int, bytes]]:
        """Wait for the next messages, as opcode and payload, and answer pings.

        Raises OSError: TimeoutError if none arrives, InvalidFrame.
        """
        piece = self._connection.recv(_READ_SIZE)
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
        rest = memoryview(b"".join(_frame(opcode, payload) for payload in payloads))
        with self._sending:
            progress = time.monotonic()
            # Not sendall: after its time-out, which is that of a received message, a part is sent.
            while rest:
                try:
                    rest = rest[self._connection.send(rest) :]
                    progress = time.monotonic()
                except TimeoutError:
                    if time.monotonic() - progress > self._send_seconds:
                        raise

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


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        header = bytes((_FINAL | opcode, _MASKED | length))
    elif length < 1 << 16:
        header = bytes((_FINAL | opcode, _MASKED | 126)) + length.to_bytes(2, "big")
    else:
        header = bytes((_FINAL | opcode, _MASKED | 127)) + length.to_bytes(8, "big")
    mask = os.urandom(4)
    repeated = (mask * (length // 4 + 1))[:length]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return header + mask + masked.to_bytes(length, "big")
