"""Forwarded ports: single connections, and multiplexed ones with smux."""

import socket
import struct
from typing import Any

import pytest

from studio_emulator.sessions.forwards import Forward, MultiplexedForward, SingleForward
from studio_emulator.sessions.forwards import forward as make_forward
from studio_emulator.sessions.messages import Flag, PayloadType
from tests.emulator.sessions.channels import Channel, closed, echoing, eventually, session_threads

FORWARD = "AWS-StartPortForwardingSession"
OLD = "1.1.61.0"
OPEN, END, DATA = 0, 1, 2


pytestmark = pytest.mark.usefixtures("processes")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def forward(ssm: Any, node: str, port: int, **more: Any) -> Channel:
    parameters = {"portNumber": [str(port)]}
    return Channel(
        ssm.start_session(Target=node, DocumentName=FORWARD, Parameters=parameters), **more
    )


def frame(command: int, stream: int, content: bytes = b"") -> bytes:
    return struct.pack("<BBHI", 1, command, len(content), stream) + content


def frames(channel: Channel, most: int) -> list[tuple[int, int, bytes]]:
    """The next frames."""
    found: list[tuple[int, int, bytes]] = []
    received = b""
    while len(found) < most:
        received += channel.recv()
        while len(received) >= 8:
            _, command, length, stream = struct.unpack_from("<BBHI", received)
            if len(received) < 8 + length:
                break
            found.append((command, stream, received[8 : 8 + length]))
            received = received[8 + length :]
    assert received == b""
    return found


@pytest.mark.parametrize(
    ("version", "kind"), [("1.1.69.9", SingleForward), ("1.1.70.0", MultiplexedForward)]
)
def test_plugin_of_1_1_70_multiplexes(version: str, kind: type[Forward]) -> None:
    made = make_forward(socket.socket, client_version=version, refused=lambda: None)
    made.close()
    assert type(made) is kind


def test_forwarded_port_without_multiplexing(ssm: Any, node: str) -> None:
    with echoing() as port:
        channel = forward(ssm, node, port, version=OLD)
        for sent in (b"one", b"two"):
            channel.send_binary(sent)
            assert channel.recv() == sent
            channel.send_binary(Flag.DISCONNECT_TO_PORT.to_bytes(4, "big"), PayloadType.FLAG)
        channel.send_binary(Flag.TERMINATE_SESSION.to_bytes(4, "big"), PayloadType.FLAG)
        assert closed(channel)[0] == 1000
    assert eventually(lambda: not session_threads())


def test_forwarded_port_with_multiplexing(ssm: Any, node: str) -> None:
    with echoing() as port:
        channel = forward(ssm, node, port)
        # A message can end within a frame.
        sent = frame(OPEN, 3) + frame(OPEN, 5) + frame(DATA, 3, b"three") + frame(DATA, 5, b"five")
        channel.send_binary(sent[:11])
        channel.send_binary(sent[11:])
        assert sorted(frames(channel, 2)) == [(DATA, 3, b"three"), (DATA, 5, b"five")]
        channel.send_binary(frame(END, 3))
        assert frames(channel, 1) == [(END, 3, b"")]
        channel.send_binary(frame(DATA, 5, b"still"))
        assert frames(channel, 1) == [(DATA, 5, b"still")]
        channel.close()
    assert eventually(lambda: not session_threads())


@pytest.mark.parametrize(
    ("version", "sent"), [(OLD, b"x"), ("1.2.707.0", frame(OPEN, 3))], ids=["one", "many"]
)
def test_closed_port(ssm: Any, node: str, version: str, sent: bytes) -> None:
    channel = forward(ssm, node, closed_port(), version=version)
    channel.send_binary(sent)
    flag = channel.flags.get(timeout=60)
    assert int.from_bytes(flag, "big") == Flag.CONNECT_TO_PORT_ERROR
    channel.close()
