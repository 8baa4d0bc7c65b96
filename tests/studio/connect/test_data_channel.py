"""A session without session-manager-plugin, with nodes and networks that fail."""

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

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
from tests.commands import output_of

PORT = {"ActionType": "SessionType", "ActionParameters": {"SessionType": "Port", "Properties": {}}}


class Node:
    """The node's end of the channel; its messages are numbered from 0."""

    def __init__(self, channel: ServerConnection) -> None:
        self._channel = channel
        self.opening = json.loads(channel.recv())

    def send(self, number: int, payload: bytes, kind: PayloadType = PayloadType.OUTPUT) -> None:
        message = Message(
            type=MessageType.OUTPUT, payload=payload, payload_type=kind, sequence=number
        )
        self._channel.send(message.encode())

    def receive(self, *kinds: MessageType, seconds: float = 30) -> Message:
        """The next message of one of these types."""
        while True:
            raw = self._channel.recv(seconds)
            assert isinstance(raw, bytes)
            message = Message.decode(raw)
            if message.type in kinds:
                return message

    def acknowledge(self, message: Message) -> None:
        self._channel.send(acknowledgement(message).encode())

    def shake_hands(self) -> None:
        """Start a session of the type Port."""
        request = {"AgentVersion": "3.3.0.0", "RequestedClientActions": [PORT]}
        self.send(0, json.dumps(request).encode(), PayloadType.HANDSHAKE_REQUEST)
        answer = self.receive(MessageType.INPUT)
        self.acknowledge(answer)
        self.send(1, b"{}", PayloadType.HANDSHAKE_COMPLETE)

    def close(self, why: str) -> None:
        content = json.dumps({"Output": why}).encode()
        self._channel.send(Message(type=MessageType.CHANNEL_CLOSED, payload=content).encode())


@contextmanager
def serving(
    script: Callable[[Node], None], *, tls: ssl.SSLContext | None = None
) -> Iterator[dict[str, str]]:
    """The response of StartSession for a node that runs the script."""
    failures: list[BaseException] = []

    def run(channel: ServerConnection) -> None:
        try:
            script(Node(channel))
        except BaseException as error:
            failures.append(error)
            raise

    with serve(run, "127.0.0.1", 0, compression=None, ssl=tls) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.socket.getsockname()[1]}"
        yield {"StreamUrl": f"{'wss' if tls else 'ws'}://{address}", "TokenValue": "token"}
    assert failures == []


class Session:
    """A session in a thread, and the client's end of it."""

    def __init__(self, started: dict[str, str], *, ca_bundle: str | None = None) -> None:
        self.client, self._file = socket.socketpair()
        self._channel = DataChannel(started, ca_bundle=ca_bundle)
        self.reason: str | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def terminate(self) -> None:
        """Terminate the session, as a signal does, after the handshake."""
        assert self._channel._handshake_done.wait(30)
        self._channel.terminate()

    def _run(self) -> None:
        self.reason = self._channel.run(self._file.fileno(), self._file.fileno())
        self._file.shutdown(socket.SHUT_RDWR)

    def read_all(self) -> bytes:
        """All received bytes, after the session ended."""
        received = b""
        while chunk := self.client.recv(65536):
            received += chunk
        self._thread.join(30)
        assert not self._thread.is_alive()
        return received


def run(script: Callable[[Node], None], *, sent: bytes = b"") -> tuple[bytes, str | None]:
    """The bytes that a session receives from a node, and why it ended."""
    with serving(script) as started:
        session = Session(started)
        if sent:
            session.client.sendall(sent)
        return session.read_all(), session.reason


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


def test_an_unacknowledged_message_is_sent_again_once_for_each_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data_channel, "_CHECK_SECONDS", 0.01)

    def script(node: Node) -> None:
        began = time.monotonic()
        node.shake_hands()
        first = node.receive(MessageType.INPUT)
        for _ in range(5):
            again = node.receive(MessageType.INPUT)
            assert (again.sequence, again.payload) == (first.sequence, b"hello")
        # An interval has at least 0.11 s.
        assert time.monotonic() - began > 0.5
        node.acknowledge(again)
        node.send(2, b"world")
        node.close("")

    assert run(script, sent=b"hello") == (b"world", "")


def test_the_interval_after_which_a_message_is_sent_again_adapts_to_the_round_trip() -> None:
    """On a slow network, each key would be sent twice."""

    def script(node: Node) -> None:
        node.shake_hands()
        for number in range(1, 4):
            while (message := node.receive(MessageType.INPUT)).sequence < number:
                pass
            time.sleep(0.3)
            node.acknowledge(message)
            node.send(number + 1, b"next")
        node.receive(MessageType.INPUT)
        with pytest.raises(TimeoutError):
            node.receive(MessageType.INPUT, seconds=0.4)
        node.close("")

    with serving(script) as started:
        session = Session(started)
        for _ in range(3):
            session.client.sendall(b"key")
            assert session.client.recv(4) == b"next"
        session.client.sendall(b"key")
        assert session.read_all() == b""


def test_the_interval_has_a_limit_whatever_the_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute without the network, a lost message would be sent again a minute later."""
    monkeypatch.setattr(data_channel, "_LONGEST_TIMEOUT", 0.1)

    def script(node: Node) -> None:
        node.shake_hands()
        slow = node.receive(MessageType.INPUT)
        time.sleep(1)
        node.acknowledge(slow)
        node.send(2, b"next")
        for _ in range(2):
            while (lost := node.receive(MessageType.INPUT, seconds=0.8)).sequence == slow.sequence:
                pass
        assert lost.payload == b"lost"
        node.close("")

    with serving(script) as started:
        session = Session(started)
        session.client.sendall(b"slow")
        assert session.client.recv(4) == b"next"
        session.client.sendall(b"lost")
        assert session.read_all() == b""


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
        node._channel.send(broken[:-4] + b"evil")
        node._channel.send(broken)
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


def test_a_lost_connection_is_reported() -> None:
    def script(node: Node) -> None:
        node.shake_hands()
        node._channel.socket.shutdown(socket.SHUT_RDWR)

    _, reason = run(script)
    assert str(reason).startswith("the network connection to AWS was lost")


def test_a_silent_connection_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that wakes up has such connections."""
    monkeypatch.setattr(data_channel, "_PING_SECONDS", 0.1)
    monkeypatch.setattr(data_channel, "_LOST_SECONDS", 0.5)

    def script(node: Node) -> None:
        monkeypatch.setattr(node._channel.protocol, "send_frame", lambda _: None)
        with pytest.raises(ConnectionClosed):
            node.receive(MessageType.ACKNOWLEDGE)

    assert run(script, sent=b"hello") == (b"", "the network connection to AWS was lost")


def test_an_upload_survives_a_network_that_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter than the limit of a silent connection; longer than the wait for the next message."""
    monkeypatch.setattr(data_channel, "_PING_SECONDS", 0.1)
    sent = os.urandom(400_000)

    def script(node: Node) -> None:
        node.shake_hands()
        time.sleep(1)
        received = dict[int, bytes]()
        while sum(map(len, received.values())) < len(sent):
            message = node.receive(MessageType.INPUT)
            received[message.sequence] = message.payload
            node.acknowledge(message)
        assert b"".join(received[number] for number in sorted(received)) == sent
        node.close("done")

    with serving(script) as started:
        session = Session(started)
        session._channel._frames._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        session.client.sendall(sent)
        assert session.read_all() == b""
    assert session.reason == "done"


def test_an_app_that_does_not_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_channel, "_PING_SECONDS", 0.1)
    monkeypatch.setattr(data_channel, "_HANDSHAKE_SECONDS", 0.5)

    def script(node: Node) -> None:
        # The server answers pings all the time.
        with pytest.raises(ConnectionClosed):
            node.receive(MessageType.INPUT)

    assert run(script) == (b"", "the app does not answer")


def test_a_feature_of_the_plugin_is_rejected() -> None:
    def script(node: Node) -> None:
        encryption = {"ActionType": "KMSEncryption", "ActionParameters": {"KMSKeyId": "key"}}
        request = {"AgentVersion": "3.3.0.0", "RequestedClientActions": [PORT, encryption]}
        node.send(0, json.dumps(request).encode(), PayloadType.HANDSHAKE_REQUEST)
        response = json.loads(node.receive(MessageType.INPUT).payload)
        assert response["Errors"] == ["Unsupported action KMSEncryption"]

    _, reason = run(script)
    assert "Unsupported action KMSEncryption" in str(reason)


def test_an_invalid_token_is_rejected() -> None:
    def script(node: Node) -> None:
        node._channel.close(1003, "request to open data channel contains an invalid token.")

    with serving(script) as started:
        channel = DataChannel(started)
        reading, writing = os.pipe()
        with pytest.raises(SessionRefused, match=r"^websocket: close 1003: .* invalid token\.$"):
            channel.run(reading, writing)


def test_a_certificate_of_aws_ca_bundle_is_accepted(tmp_path: Path) -> None:
    """The proxy of a company that decrypts TLS has one, and botocore accepts it too."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    of_proxy = ["-subj", "/CN=proxy", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
    output_of([*new, *files, *of_proxy], env=os.environ)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    def script(node: Node) -> None:
        node.shake_hands()
        node.send(2, b"decrypted")
        node.close("")

    with serving(script, tls=tls) as started:
        assert Session(started, ca_bundle=str(certificate)).read_all() == b"decrypted"
    with (
        pytest.raises(SessionRefused, match="CERTIFICATE_VERIFY_FAILED"),
        serving(lambda _: None, tls=tls) as started,
    ):
        DataChannel(started)


def test_an_unreachable_address_is_rejected() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SessionRefused, match="cannot be opened"):
        DataChannel({"StreamUrl": f"ws://127.0.0.1:{port}", "TokenValue": "token"})
