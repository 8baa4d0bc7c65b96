"""A session without session-manager-plugin, over networks that fail."""

import os
import socket
import ssl
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from studio.connect import data_channel
from studio.connect.data_channel import DataChannel, SessionRefused
from studio_emulator.sessions.messages import MessageType
from tests.commands import output_of
from tests.studio.connect.nodes import Node, Session, run, serving


def test_a_lost_connection_is_reported() -> None:
    def script(node: Node) -> None:
        node.shake_hands()
        node.channel.socket.shutdown(socket.SHUT_RDWR)

    _, reason = run(script)
    assert str(reason).startswith("the network connection to AWS was lost")


def test_a_silent_connection_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that wakes up has such connections."""
    monkeypatch.setattr(data_channel, "_PING_SECONDS", 0.1)
    monkeypatch.setattr(data_channel, "_LOST_SECONDS", 0.5)

    def script(node: Node) -> None:
        monkeypatch.setattr(node.channel.protocol, "send_frame", lambda _: None)
        with pytest.raises(ConnectionClosed):
            node.receive(MessageType.ACKNOWLEDGE)

    assert run(script, b"hello") == (b"", "the network connection to AWS was lost")


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
        session.channel._frames._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
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


def test_an_invalid_token_is_rejected() -> None:
    def script(node: Node) -> None:
        node.channel.close(1003, "request to open data channel contains an invalid token.")

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
