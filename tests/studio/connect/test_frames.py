"""Frames of RFC 6455 are joined and answered, and refused if no server sends them."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side

from studio.connect import frames
from studio.connect.frames import BINARY, CLOSE, Frames, InvalidFrame

_T = TypeVar("_T")


@pytest.fixture
def ends() -> Iterator[tuple[Frames, socket.socket]]:
    """The client's frames, and the server's end of the connection."""
    client, server = socket.socketpair()
    with client, server:
        server.settimeout(30)
        yield Frames(client, receive_seconds=30, send_seconds=0.2), server


def piece(opcode: Opcode, payload: bytes, *, last: bool = True, masked: bool = False) -> bytes:
    return Frame(opcode, payload, fin=last).serialize(mask=masked)


def received(connection: socket.socket) -> Frame:
    """The next frame of the client. A server refuses one that is not masked."""
    server = Protocol(Side.SERVER)
    while not (frames := server.events_received()):
        server.receive_data(connection.recv(1 << 17))
    (frame,) = frames
    assert isinstance(frame, Frame)
    return frame


@pytest.mark.parametrize("size", [0, 125, 126, 0xFFFF, 0x10000])
def test_frames_of_each_length_are_sent_and_received(
    ends: tuple[Frames, socket.socket], size: int
) -> None:
    client, server = ends
    payload = bytes(range(256)) * (size // 256 + 1)
    client.send(BINARY, [payload[:size]])
    sent = received(server)
    assert (sent.opcode, sent.data, sent.fin) == (Opcode.BINARY, payload[:size], True)
    server.sendall(piece(Opcode.BINARY, payload[:size]))
    messages: list[tuple[int, bytes]] = []
    while not messages:
        messages += client.receive()
    assert messages == [(BINARY, payload[:size])]


def test_a_server_that_reads_nothing_is_a_timeout(ends: tuple[Frames, socket.socket]) -> None:
    client, _ = ends
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        client.send(BINARY, [bytes(5_000_000)])
    assert time.monotonic() - began > 0.2


class Exclusive(socket.socket):
    """A socket that counts the calls during another call, which OpenSSL does not allow."""

    def __init__(self, given: socket.socket) -> None:
        super().__init__(fileno=given.detach())
        self.in_use, self.overlaps = threading.Lock(), 0

    def _alone(self, call: Callable[[], _T]) -> _T:
        if not self.in_use.acquire(blocking=False):
            self.overlaps += 1
            return call()
        try:
            time.sleep(0.001)
            return call()
        finally:
            self.in_use.release()

    def recv(self, *size: int) -> bytes:
        return self._alone(lambda: super(Exclusive, self).recv(*size))

    def send(self, *content: Any) -> int:
        return self._alone(lambda: super(Exclusive, self).send(*content))

    def shutdown(self, how: int) -> None:
        self._alone(lambda: super(Exclusive, self).shutdown(how))


def test_the_connection_is_used_by_one_thread_at_a_time() -> None:
    given, server = socket.socketpair()
    with Exclusive(given) as connection, server:
        client = Frames(connection, receive_seconds=30, send_seconds=30)

        def send() -> None:
            for _ in range(50):
                client.send(BINARY, [b"sent"])
            client.shut_down()

        def receive() -> None:
            while True:
                list(client.receive())

        server.sendall(piece(Opcode.BINARY, b"received") * 50)
        sender = threading.Thread(target=send)
        sender.start()
        with pytest.raises(InvalidFrame, match="the connection was closed"):
            receive()
        sender.join()
        assert connection.overlaps == 0


def test_pieces_of_a_message_are_joined_around_a_ping(ends: tuple[Frames, socket.socket]) -> None:
    client, server = ends
    server.sendall(
        piece(Opcode.BINARY, b"one ", last=False)
        + piece(Opcode.PING, b"still there?")
        + piece(Opcode.CONT, b"two ", last=False)
        + piece(Opcode.CONT, b"three")
        + piece(Opcode.CLOSE, b"")
    )
    assert list(client.receive()) == [(BINARY, b"one two three"), (CLOSE, b"")]
    answer = received(server)
    assert (answer.opcode, answer.data) == (Opcode.PONG, b"still there?")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (piece(Opcode.BINARY, b"x", masked=True), "a frame of the server is masked"),
        (piece(Opcode.CONT, b"x"), "a continuation frame without a message"),
        (piece(Opcode.BINARY, b"x" * 9), "a frame of 9 bytes"),
        (piece(Opcode.BINARY, b"x" * 8, last=False) + piece(Opcode.CONT, b"x"), "more than 8 byt"),
        (b"", "the connection was closed"),
    ],
    ids=["masked", "continuation", "long", "long in pieces", "closed"],
)
def test_invalid_frames_are_refused(
    ends: tuple[Frames, socket.socket], monkeypatch: pytest.MonkeyPatch, sent: bytes, why: str
) -> None:
    monkeypatch.setattr(frames, "_LARGEST", 8)
    client, server = ends
    server.sendall(sent)
    server.shutdown(socket.SHUT_WR)
    with pytest.raises(InvalidFrame, match=why):
        list(client.receive())
