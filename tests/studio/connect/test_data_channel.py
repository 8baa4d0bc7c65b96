"""A session without session-manager-plugin: its messages, with nodes that fail."""

import json
import os
import socket
import threading
from collections.abc import Callable

import pytest

from studio.connect import data_channel
from studio.connect.data_channel import DataChannel
from studio_emulator.sessions.messages import Message, MessageType, PayloadType, acknowledged
from tests.studio.clock import Clock
from tests.studio.connect.nodes import PORT, Node, Session, run, serving


def test_messages_are_delivered_once_and_in_order() -> None:
    def script(node: Node) -> None:
        assert node.opening["TokenValue"] == "token"
        node.shake_hands()
        for number in (3, 2, 2, 4, 3, 2):
            node.send(number, f"<{number}>".encode())
        heard = {acknowledged(node.receive(MessageType.ACKNOWLEDGE)) for _ in range(7)}
        assert heard == {0, 1, 2, 3, 4}
        node.close("the idle time-out was reached")

    assert run(script) == (b"<2><3><4>", "the idle time-out was reached")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(data_channel, "time", clock)
    monkeypatch.setattr(data_channel, "_CHECK_SECONDS", 0.01)
    return clock


def test_an_unacknowledged_message_is_sent_again_once_for_each_interval(clock: Clock) -> None:
    def script(node: Node) -> None:
        node.shake_hands()
        first = node.receive(MessageType.INPUT)
        for _ in range(2):
            clock.now += 0.25
            assert node.receive(MessageType.INPUT) == first
            with pytest.raises(TimeoutError):
                node.receive(MessageType.INPUT, seconds=0.2)
        node.acknowledge(first)
        node.send(2, b"world")
        node.close("")

    assert run(script, b"hello") == (b"world", "")


def test_the_interval_after_which_a_message_is_sent_again_adapts_to_the_round_trip(
    clock: Clock,
) -> None:
    """On a slow network, each key would be sent twice."""

    def script(node: Node) -> None:
        node.shake_hands()
        for number in range(1, 4):
            message = node.receive(MessageType.INPUT)
            clock.now += 0.3
            node.acknowledge(message)
            node.send(number + 1, b"next")
        node.receive(MessageType.INPUT)
        clock.now += 0.4
        with pytest.raises(TimeoutError):
            node.receive(MessageType.INPUT, seconds=0.2)
        node.close("")

    assert run(script, *[b"key"] * 4) == (b"next" * 3, "")


def test_the_interval_has_a_limit_whatever_the_round_trip(clock: Clock) -> None:
    """After a minute without the network, a lost message would be sent again a minute later."""

    def script(node: Node) -> None:
        node.shake_hands()
        slow = node.receive(MessageType.INPUT)
        clock.now += 60
        node.acknowledge(slow)
        node.send(2, b"next")
        lost = node.receive(MessageType.INPUT)
        clock.now += 1.1
        assert node.receive(MessageType.INPUT) == lost
        node.close("")

    assert run(script, b"slow", b"lost") == (b"next", "")


def test_the_source_may_be_closed_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that reads it may be about to read once more."""
    late, closed = threading.Event(), threading.Event()
    readers: list[threading.Thread] = []

    def script(node: Node) -> None:
        node.shake_hands()
        assert late.wait(30)
        node.close("")

    with serving(script) as started:
        channel = DataChannel(started)
        is_set = channel._ended.is_set

        def is_set_late() -> bool:
            found = is_set()
            if not found and threading.current_thread() is not threading.main_thread():
                readers.append(threading.current_thread())
                late.set()
                assert closed.wait(30)
            return found

        monkeypatch.setattr(channel._ended, "is_set", is_set_late)
        reading, writing = os.pipe()
        assert channel.run(reading, writing) == ""
        other, theirs = os.pipe()
        os.dup2(other, reading)
        os.write(theirs, b"of another file")
        os.close(writing)
        closed.set()
        readers[0].join(30)
        os.set_blocking(other, False)
        assert os.read(other, 100) == b"of another file"


def test_a_changed_message_is_not_acknowledged() -> None:
    def script(node: Node) -> None:
        node.shake_hands()
        broken = Message(
            type=MessageType.OUTPUT, payload=b"good", payload_type=PayloadType.OUTPUT, sequence=2
        ).encode()
        node.channel.send(broken[:-4] + b"evil")
        node.channel.send(broken)
        node.close("")

    assert run(script) == (b"good", "")


@pytest.mark.parametrize(
    "end",
    [lambda session: session.client.shutdown(socket.SHUT_WR), Session.terminate],
    ids=["end of input", "signal"],
)
def test_the_client_terminates_the_session_in_systems_manager(
    end: Callable[[Session], None],
) -> None:
    def script(node: Node) -> None:
        node.shake_hands()
        flag = node.receive(MessageType.INPUT)
        assert (flag.payload_type, flag.payload) == (PayloadType.FLAG, b"\0\0\0\2")
        node.acknowledge(flag)

    with serving(script) as started:
        session = Session(started)
        end(session)
        assert session.read_all() == b""
    assert session.reason == ""


def test_a_feature_of_the_plugin_is_rejected() -> None:
    def script(node: Node) -> None:
        encryption = {"ActionType": "KMSEncryption", "ActionParameters": {"KMSKeyId": "key"}}
        request = {"AgentVersion": "3.3.0.0", "RequestedClientActions": [PORT, encryption]}
        node.send(0, json.dumps(request).encode(), PayloadType.HANDSHAKE_REQUEST)
        response = json.loads(node.receive(MessageType.INPUT).payload)
        assert response["Errors"] == ["Unsupported action KMSEncryption"]

    _, reason = run(script)
    assert "Unsupported action KMSEncryption" in str(reason)
