"""Frames of RFC 6455 over the socket of an open websocket, many at a time.

websocket-client opens the websocket, through proxies too; it reads and writes each frame by itself,
which took most of the time of a session: there is a frame for each kilobyte.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Iterator

CONTINUATION, BINARY, CLOSE, PING, PONG = 0x0, 0x2, 0x8, 0x9, 0xA
_FINAL, _MASKED, _LENGTH = 0x80, 0x80, 0x7F
_RECEIVED_AT_ONCE = 1 << 16
_LARGEST = 1 << 24


class BadFrames(OSError):
    """What came is no frame that a server sends."""


class Frames:
    """The frames of one socket: one thread receives, several may send."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = bytearray()
        self._message: tuple[int, bytearray] | None = None
        self._sending = threading.Lock()

    def receive(self) -> Iterator[tuple[int, bytes]]:
        """The messages, as opcode and payload, of what comes next; pings are answered.

        Raises OSError: TimeoutError where nothing comes, BadFrames.
        """
        piece = self._connection.recv(_RECEIVED_AT_ONCE)
        if not piece:
            raise BadFrames("the connection was closed")
        self._received += piece
        while (frame := self._next()) is not None:
            first, payload = frame
            opcode = first & 0x0F
            if opcode == PING:
                self.send(PONG, [payload])
            elif opcode >= CLOSE:
                yield opcode, payload
            else:
                yield from self._joined(opcode, payload, final=bool(first & _FINAL))

    def send(self, opcode: int, payloads: Iterable[bytes]) -> None:
        """Send each payload as a frame. Raises OSError."""
        frames = b"".join(_frame(opcode, payload) for payload in payloads)
        with self._sending:
            self._connection.sendall(frames)

    def _next(self) -> tuple[int, bytes] | None:
        """The first byte and the payload of the next frame; None where it is not complete yet."""
        held = self._received
        if len(held) < 2:
            return None
        if held[1] & _MASKED:
            raise BadFrames("a frame of the server is masked")
        length, start = held[1] & _LENGTH, 2
        if length > 125:
            start += 2 if length == 126 else 8
            length = int.from_bytes(held[2:start], "big")
            if len(held) < start:
                return None
        if length > _LARGEST:
            raise BadFrames(f"a frame of {length} bytes")
        if len(held) < start + length:
            return None
        first, payload = held[0], bytes(held[start : start + length])
        del held[: start + length]
        return first, payload

    def _joined(self, opcode: int, payload: bytes, *, final: bool) -> Iterator[tuple[int, bytes]]:
        if final and opcode != CONTINUATION:
            yield opcode, payload
            return
        if opcode != CONTINUATION:
            self._message = opcode, bytearray()
        if self._message is None:
            raise BadFrames("a frame continues a message that has not begun")
        begun, content = self._message
        content += payload
        if len(content) > _LARGEST:
            raise BadFrames("a message without an end")
        if final:
            self._message = None
            yield begun, bytes(content)


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
