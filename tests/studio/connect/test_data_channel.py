"""A session that studio carries itself, against a node's end that misbehaves as networks do."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from studio.connect import data_channel
from studio.connect.data_channel import DataChannel, SessionRefused
from studio_emulator.sessions.messages import (
    Message,
    MessageType,
    PayloadType,
    acknowledged,
    acknowledgement,
)

PORT = {"ActionType": "SessionType", "ActionParameters": {"SessionType": "Port", "Properties": {}}}


class Node:
    """What a test's node says and hears; its messages are numbered from 0."""

    def __init__(self, channel: ServerConnection) -> None:
        self._channel = channel
        self.opening = json.loads(channel.recv())

    def say(self, number: int, payload: bytes, kind: PayloadType = PayloadType.OUTPUT) -> None:
        message = Message(
            type=MessageType.OUTPUT, payload=payload, payload_type=kind, sequence=number
        )
        self._channel.send(message.encode())

    def hear(self, *kinds: MessageType) -> Message:
        """The next message of one of these types."""
        while True:
            raw = self._channel.recv(30)
            assert isinstance(raw, bytes)
            message = Message.decode(raw)
            if message.type in kinds:
                return message

    def acknowledge(self, message: Message) -> None:
        self._channel.send(acknowledgement(message).encode())

    def agree(self) -> None:
        """Shake hands on a session of the type Port."""
        request = {"AgentVersion": "3.3.0.0", "RequestedClientActions": [PORT]}
        self.say(0, json.dumps(request).encode(), PayloadType.HANDSHAKE_REQUEST)
        answer = self.hear(MessageType.INPUT)
        self.acknowledge(answer)
        self.say(1, b"{}", PayloadType.HANDSHAKE_COMPLETE)

    def close(self, why: str) -> None:
        content = json.dumps({"Output": why}).encode()
        self._channel.send(Message(type=MessageType.CHANNEL_CLOSED, payload=content).encode())


@contextmanager
def serving(script: Callable[[Node], None]) -> Iterator[dict[str, str]]:
    """StartSession's answer for a node that follows this script; its assertions count."""
    failures: list[BaseException] = []

    def run(channel: ServerConnection) -> None:
        try:
            script(Node(channel))
        except BaseException as error:
            failures.append(error)
            raise

    with serve(run, "127.0.0.1", 0, compression=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        yield {"StreamUrl": f"ws://127.0.0.1:{port}", "TokenValue": "token"}
    assert failures == []


class Carried:
    """A session that runs in a thread: what is written to ``end`` goes to the node."""

    def __init__(self, answer: dict[str, str]) -> None:
        self.end, theirs = socket.socketpair()
        self._theirs = theirs
        self._channel = DataChannel(answer)
        self.why: str | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def terminate(self) -> None:
        """As a signal does, once the two ends have agreed."""
        assert self._channel._agreed.wait(30)
        self._channel.terminate()

    def _run(self) -> None:
        self.why = self._channel.carry(self._theirs.fileno(), self._theirs.fileno())
        self._theirs.shutdown(socket.SHUT_RDWR)

    def everything(self) -> bytes:
        """All that came until the session ended."""
        received = b""
        while piece := self.end.recv(65536):
            received += piece
        self._thread.join(30)
        assert not self._thread.is_alive()
        return received


def test_messages_are_delivered_once_and_in_order() -> None:
    def script(node: Node) -> None:
        assert node.opening["TokenValue"] == "token"
        node.agree()
        for number in (3, 2, 2, 4, 3, 2):
            node.say(number, f"<{number}>".encode())
        heard = {acknowledged(node.hear(MessageType.ACKNOWLEDGE)) for _ in range(7)}
        assert heard == {0, 1, 2, 3, 4}
        node.close("")

    with serving(script) as answer:
        session = Carried(answer)
        assert session.everything() == b"<2><3><4>"
    assert session.why == ""


def test_what_is_not_acknowledged_is_sent_again() -> None:
    def script(node: Node) -> None:
        node.agree()
        first = node.hear(MessageType.INPUT)
        again = node.hear(MessageType.INPUT)
        assert (again.sequence, again.payload) == (first.sequence, b"hello")
        node.acknowledge(again)
        node.say(2, b"world")
        node.close("")

    with serving(script) as answer:
        session = Carried(answer)
        session.end.sendall(b"hello")
        assert session.everything() == b"world"


def test_a_changed_message_is_not_acknowledged() -> None:
    def script(node: Node) -> None:
        node.agree()
        broken = Message(
            type=MessageType.OUTPUT, payload=b"good", payload_type=PayloadType.OUTPUT, sequence=2
        ).encode()
        node._channel.send(broken[:-4] + b"evil")
        node._channel.send(broken)
        node.close("")

    with serving(script) as answer:
        assert Carried(answer).everything() == b"good"


def test_the_end_of_the_input_ends_the_session() -> None:
    def script(node: Node) -> None:
        node.agree()
        flag = node.hear(MessageType.INPUT)
        assert (flag.payload_type, flag.payload) == (PayloadType.FLAG, b"\0\0\0\2")
        node.acknowledge(flag)

    with serving(script) as answer:
        session = Carried(answer)
        session.end.shutdown(socket.SHUT_WR)
        assert session.everything() == b""
    assert session.why == ""


def test_why_a_session_has_ended_is_reported() -> None:
    def script(node: Node) -> None:
        node.agree()
        node.close("the idle time-out was reached")

    with serving(script) as answer:
        session = Carried(answer)
        session.everything()
    assert session.why == "the idle time-out was reached"


def test_a_connection_that_is_cut_is_reported() -> None:
    def script(node: Node) -> None:
        node.agree()
        node._channel.socket.shutdown(socket.SHUT_RDWR)

    with serving(script) as answer:
        session = Carried(answer)
        session.everything()
    assert str(session.why).startswith("the network connection to AWS was lost")


@contextmanager
def silent_peer() -> Iterator[dict[str, str]]:
    """StartSession's answer for a peer that opens a websocket and then says nothing at all.

    As the network looks to a laptop that has slept: nothing comes, and nothing is refused.
    """
    over = threading.Event()

    def serve_one(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            key = request.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
            guid = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            accept = base64.b64encode(hashlib.sha1(key + guid).digest())
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            over.wait()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_one, args=(listener,), daemon=True)
        thread.start()
        try:
            port = listener.getsockname()[1]
            yield {"StreamUrl": f"ws://127.0.0.1:{port}", "TokenValue": "token"}
        finally:
            over.set()
            thread.join(30)


def test_a_peer_that_falls_silent_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_channel, "_PING_SECONDS", 0.1)
    monkeypatch.setattr(data_channel, "_LOST_SECONDS", 0.5)
    with silent_peer() as answer:
        session = Carried(answer)
        session.end.sendall(b"hello")
        assert session.everything() == b""
    assert session.why == "the network connection to AWS was lost"


def test_an_app_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_channel, "_PING_SECONDS", 0.1)
    monkeypatch.setattr(data_channel, "_AGREE_SECONDS", 0.5)

    def script(node: Node) -> None:
        # The websocket's own pings are answered all the time.
        with pytest.raises(ConnectionClosed):
            node.hear(MessageType.INPUT)

    with serving(script) as answer:
        session = Carried(answer)
        session.everything()
    assert session.why == "the app has not answered"


def test_a_signal_ends_the_session_at_systems_manager_too() -> None:
    agreed = threading.Event()

    def script(node: Node) -> None:
        node.agree()
        agreed.set()
        flag = node.hear(MessageType.INPUT)
        assert (flag.payload_type, flag.payload) == (PayloadType.FLAG, b"\0\0\0\2")
        node.acknowledge(flag)

    with serving(script) as answer:
        session = Carried(answer)
        assert agreed.wait(30)
        session.terminate()
        assert session.everything() == b""
    assert session.why == ""


def test_what_only_the_plugin_can_do_is_refused_by_name() -> None:
    def script(node: Node) -> None:
        encryption = {"ActionType": "KMSEncryption", "ActionParameters": {"KMSKeyId": "key"}}
        request = {"AgentVersion": "3.3.0.0", "RequestedClientActions": [PORT, encryption]}
        node.say(0, json.dumps(request).encode(), PayloadType.HANDSHAKE_REQUEST)
        response = json.loads(node.hear(MessageType.INPUT).payload)
        assert response["Errors"] == ["Unsupported action KMSEncryption"]

    with serving(script) as answer:
        session = Carried(answer)
        session.everything()
    assert "Unsupported action KMSEncryption" in str(session.why)


def test_a_token_that_opens_nothing_is_refused() -> None:
    def script(node: Node) -> None:
        node._channel.close(1003, "request to open data channel contains an invalid token.")

    with serving(script) as answer:
        channel = DataChannel(answer)
        reading, writing = os.pipe()
        with pytest.raises(SessionRefused, match=r"^websocket: close 1003: .* invalid token\.$"):
            channel.carry(reading, writing)


def test_an_address_where_nobody_listens_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SessionRefused, match="cannot be opened"):
        DataChannel({"StreamUrl": f"ws://127.0.0.1:{port}", "TokenValue": "token"})
