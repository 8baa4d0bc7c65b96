"""The agent's end of a data channel, also over an unreliable network."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import websocket
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from studio.connect.data_channel import DataChannel
from studio_emulator.server import Emulator
from studio_emulator.sessions import stream
from studio_emulator.sessions.messages import Message, MessageType, PayloadType, acknowledgement
from studio_emulator.sessions.stream import AgentStream
from tests.emulator.sessions.channels import SSH, echo, eventually, host, session_threads

SIZE = 12_000
LOST, REPEATED, SWAPPED = 11, 7, 5
"""Each n-th message."""


def payloads(sent: list[bytes]) -> list[bytes]:
    return [Message.decode(raw).payload for raw in sent]


def receive(stream: AgentStream, message: Message) -> list[bytes]:
    return [delivered.payload for delivered in stream.received(message.encode())]


def test_pause_and_start() -> None:
    sent: list[bytes] = []
    stream = AgentStream(sent.append)
    receive(stream, Message(type=MessageType.PAUSE_PUBLICATION))
    stream.send(PayloadType.OUTPUT, b"one")
    stream.send(PayloadType.OUTPUT, b"two")
    receive(stream, Message(type=MessageType.START_PUBLICATION))
    assert sent == []

    def resent(number: int) -> bool:
        stream.resend()
        return len(sent) == number

    assert eventually(lambda: resent(1))
    receive(stream, acknowledgement(Message.decode(sent[0])))
    assert eventually(lambda: resent(2))
    assert payloads(sent) == [b"one", b"two"]


def test_input_ends_a_pause() -> None:
    sent: list[bytes] = []
    stream = AgentStream(sent.append)
    receive(stream, Message(type=MessageType.PAUSE_PUBLICATION))
    assert receive(stream, Message(type=MessageType.INPUT, payload=b"in")) == [b"in"]
    stream.send(PayloadType.OUTPUT, b"out")
    assert payloads(sent)[-1] == b"out"


def test_early_and_repeated_messages() -> None:
    sent: list[bytes] = []
    stream = AgentStream(sent.append)
    delivered = [
        receive(stream, Message(type=MessageType.INPUT, sequence=number, payload=b"%d" % number))
        for number in (2, 1, 1, 0, 0, 3)
    ]
    assert delivered == [[], [], [], [b"0", b"1", b"2"], [], [b"3"]]
    assert {Message.decode(raw).type for raw in sent} == {MessageType.ACKNOWLEDGE}
    assert len(sent) == 6


def test_early_messages_beyond_the_window_arrive_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_WINDOW", 2)
    sent: list[bytes] = []
    agent = AgentStream(sent.append)
    messages = [Message(type=MessageType.INPUT, sequence=n, payload=b"%d" % n) for n in range(4)]
    assert [receive(agent, message) for message in messages[:0:-1]] == [[], [], []]
    assert [receive(agent, message) for message in messages[:2]] == [[b"0"], [b"1", b"2", b"3"]]
    assert len(sent) == 4


def test_invalid_bytes_are_ignored() -> None:
    sent: list[bytes] = []
    agent = AgentStream(sent.append)
    not_json = Message(type=MessageType.ACKNOWLEDGE, payload=b"no JSON").encode()
    assert [list(agent.received(raw)) for raw in (b"short", not_json)] == [[], []]
    assert sent == []


class Direction:
    """One direction of an unreliable network."""

    def __init__(self) -> None:
        self._count = 0
        self._delayed: list[bytes] = []

    def deliver(self, message: bytes) -> list[bytes]:
        """The messages that arrive when this message is sent."""
        self._count += 1
        delayed, self._delayed = self._delayed, []
        if self._count % LOST == 0:
            return delayed
        if self._count % SWAPPED == 0:
            self._delayed = [message]
            return delayed
        return [message, *delayed] + [message] * (self._count % REPEATED == 0)


@contextmanager
def unreliable(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The StartSession response with the URL of an unreliable relay."""

    def relay(client: ServerConnection) -> None:
        upstream = websocket.create_connection(
            answer["StreamUrl"], timeout=60, http_no_proxy=["*"], enable_multithread=True
        )
        upstream.send(client.recv())

        def up() -> None:
            direction = Direction()
            with suppress(ConnectionClosed, OSError, websocket.WebSocketException):
                for message in client:
                    assert isinstance(message, bytes)
                    for arriving in direction.deliver(message):
                        upstream.send_binary(arriving)
            upstream.close()

        threading.Thread(target=up, daemon=True).start()
        direction = Direction()
        with suppress(ConnectionClosed, OSError, websocket.WebSocketException):
            while isinstance(message := upstream.recv(), bytes) and message:
                for arriving in direction.deliver(message):
                    client.send(arriving)
        if upstream.sock is not None:
            upstream.sock.close()  # after the agent's close frame, `close` does nothing

    with serve(relay, "127.0.0.1", 0, compression=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {**answer, "StreamUrl": f"ws://127.0.0.1:{server.socket.getsockname()[1]}"}


def test_every_byte_arrives_once_and_in_order_both_ways(aws: Emulator, ssm: Any, node: str) -> None:
    sent, received = os.urandom(SIZE), b""
    ours, theirs = socket.socketpair()
    ours.settimeout(120)
    with host(aws, node, echo), unreliable(ssm.start_session(Target=node, **SSH)) as answer:
        channel = DataChannel(answer)
        carrying = threading.Thread(target=channel.run, args=(theirs.fileno(),) * 2, daemon=True)
        carrying.start()
        ours.sendall(sent)
        while len(received) < len(sent):
            received += ours.recv(65536)
        ours.shutdown(socket.SHUT_WR)
        carrying.join(60)
        assert not carrying.is_alive()
    assert received == sent
    assert eventually(lambda: not session_threads())
