"""A session over a network that loses, repeats and reorders messages."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import websocket
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from studio.connect.data_channel import DataChannel
from studio_emulator.server import Emulator
from tests.emulator.sessions.channels import SSH, echo, eventually, host, session_threads

SIZE = 12_000
LOST, REPEATED, SWAPPED = 11, 7, 5
"""Each n-th message."""


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
