"""A node at the other end of a data channel, and a session with it in a thread."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from websockets.sync.server import ServerConnection, serve

from studio.connect.data_channel import DataChannel
from studio_emulator.sessions.messages import Message, MessageType, PayloadType, acknowledgement

PORT = {"ActionType": "SessionType", "ActionParameters": {"SessionType": "Port", "Properties": {}}}


class Node:
    """The node's end of the channel; its messages are numbered from 0."""

    def __init__(self, channel: ServerConnection) -> None:
        self.channel = channel
        self._acknowledged = set[int]()
        self.opening = json.loads(channel.recv())

    def send(self, number: int, payload: bytes, kind: PayloadType = PayloadType.OUTPUT) -> None:
        message = Message(
            type=MessageType.OUTPUT, payload=payload, payload_type=kind, sequence=number
        )
        self.channel.send(message.encode())

    def receive(self, *kinds: MessageType, seconds: float = 30) -> Message:
        """The next message of one of these types that the node did not acknowledge.

        It ignores others, as the agent does: on a slow machine, a client sends a message again
        before it sees the acknowledgement.
        """
        while True:
            raw = self.channel.recv(seconds)
            assert isinstance(raw, bytes)
            message = Message.decode(raw)
            sent_again = (
                message.type == MessageType.INPUT and message.sequence in self._acknowledged
            )
            if message.type in kinds and not sent_again:
                return message

    def acknowledge(self, message: Message) -> None:
        self._acknowledged.add(message.sequence)
        self.channel.send(acknowledgement(message).encode())

    def shake_hands(self) -> None:
        """Start a session of the type Port."""
        request = {"AgentVersion": "3.3.0.0", "RequestedClientActions": [PORT]}
        self.send(0, json.dumps(request).encode(), PayloadType.HANDSHAKE_REQUEST)
        answer = self.receive(MessageType.INPUT)
        self.acknowledge(answer)
        self.send(1, b"{}", PayloadType.HANDSHAKE_COMPLETE)

    def close(self, why: str) -> None:
        content = json.dumps({"Output": why}).encode()
        self.channel.send(Message(type=MessageType.CHANNEL_CLOSED, payload=content).encode())


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
        self.channel = DataChannel(started, ca_bundle=ca_bundle)
        self.reason: str | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def terminate(self) -> None:
        """Terminate the session, as a signal does, after the handshake."""
        assert self.channel._handshake_done.wait(30)
        self.channel.terminate()

    def _run(self) -> None:
        self.reason = self.channel.run(self._file.fileno(), self._file.fileno())
        self._file.shutdown(socket.SHUT_RDWR)

    def read_all(self) -> bytes:
        """All received bytes, after the session ended."""
        received = b""
        while chunk := self.client.recv(65536):
            received += chunk
        self._thread.join(30)
        assert not self._thread.is_alive()
        return received


def run(script: Callable[[Node], None], *sent: bytes) -> tuple[bytes, str | None]:
    """The bytes that a session receives from a node, and why it ended.

    sent: the first bytes at once, the others one by one after the node has sent some.
    """
    with serving(script) as started:
        session, received = Session(started), b""
        for number, part in enumerate(sent):
            if number > 0:
                received += session.client.recv(65536)
            session.client.sendall(part)
        return received + session.read_all(), session.reason
