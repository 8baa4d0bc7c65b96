"""Bytes over a session, slow clients and clients that do not read."""

import hashlib
import socket
import time
from typing import Any

import pytest

from studio.connect import messages
from studio_emulator.server import Emulator
from studio_emulator.sessions import relay
from tests.emulator.sessions.channels import (
    SSH,
    Channel,
    eventually,
    host,
    read_to_end,
    session_threads,
)

MEGABYTES_DOWN = 4
"""More than the window of 1,000 messages of 1 KiB and the buffers of all connections together."""
PIECE = bytes(range(256)) * 128


@pytest.mark.slow
def test_host_waits_for_a_client_that_does_not_read(aws: Emulator, ssm: Any, node: str) -> None:
    sent, accepted = hashlib.sha256(), [0]
    total = MEGABYTES_DOWN * 2**20 // len(PIECE)

    def send(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(PIECE))
        for number in range(total):
            piece = number.to_bytes(8) + PIECE[8:]
            connection.sendall(piece)
            sent.update(piece)
            accepted[0] += 1

    with host(aws, node, send) as listening:
        channel = Channel(ssm.start_session(Target=node, **SSH))
        readings = [-1, -1, 0]
        while len(set(readings)) > 1 or readings[-1] == 0:
            time.sleep(0.25)
            readings = [*readings[1:], accepted[0]]
        assert not listening.ended.is_set(), "the host did not wait"
        received = read_to_end(channel)[0]
    assert hashlib.sha256(received).digest() == sent.digest()
    assert accepted == [total]


def test_end_with_a_client_that_does_not_read(
    aws: Emulator, ssm: Any, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_GRACE", 0.1)

    def send(connection: socket.socket) -> None:
        try:
            while True:
                connection.sendall(PIECE)
        except OSError:
            return

    with host(aws, node, send) as listening:
        answer = ssm.start_session(Target=node, **SSH)
        channel = Channel(answer)
        channel.recv()
        ssm.terminate_session(SessionId=answer["SessionId"])
        assert listening.ended.wait(30)
        assert eventually(lambda: session_threads() == [])
        channel.shutdown()


class LosesTheFirstMessage(Channel):
    """A client to which the first message with data does not arrive."""

    lost = False

    def _take(self, message: messages.Message) -> None:
        if message.payload_type == messages.DATA and not self.lost:
            self.lost = True
        else:
            super()._take(message)


def test_end_waits_until_the_last_message_arrives(
    aws: Emulator, ssm: Any, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_GRACE", 60.0)
    with host(aws, node, lambda connection: connection.sendall(b"last")):
        channel = LosesTheFirstMessage(ssm.start_session(Target=node, **SSH))
        assert read_to_end(channel) == (b"last", 1000, "")


class TakesLong(Channel):
    """A slow client."""

    def _take(self, message: messages.Message) -> None:
        if message.payload_type == messages.DATA and message.number == self._expected:
            time.sleep(0.2)
        super()._take(message)


@pytest.mark.slow
def test_end_waits_for_each_acknowledgement_of_a_slow_client(
    aws: Emulator, ssm: Any, node: str
) -> None:
    with host(aws, node, lambda connection: connection.sendall(PIECE)):
        channel = TakesLong(ssm.start_session(Target=node, **SSH))
        assert read_to_end(channel) == (PIECE, 1000, "")
