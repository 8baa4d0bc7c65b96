"""Nodes, hosts and data channel clients for tests of sessions."""

import json
import queue
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import websocket

from studio.connect import messages
from studio_emulator.server import Emulator
from studio_emulator.ssm.settings import TIER
from tests.e2e.sshd import tell
from tests.emulator.samples import make_role, trust
from tests.emulator.ssm.registration import register_node

SSH = {"DocumentName": "AWS-StartSSHSession", "Parameters": {"portNumber": ["22"]}}


def advanced(aws: Emulator) -> Any:
    """Switch the account to the advanced tier and create the role `node`; the SSM client."""
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    ssm = aws.client("ssm")
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    return ssm


def node_of(aws: Emulator, owner: str = "alice") -> str:
    """Register a node with the owner's tag; needs `advanced`."""
    tag = {"Key": "SSHOwner", "Value": owner}
    activation = aws.client("ssm").create_activation(IamRole="node", Tags=[tag])
    return register_node(aws, activation)


class Host(socketserver.ThreadingTCPServer):
    """A server in the place of a node's sshd; calls `serve` with each connection.

    ended: `serve` has ended for a connection.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, serve: Callable[[socket.socket], Any]) -> None:
        super().__init__(("127.0.0.1", 0), lambda connection, *_: serve(connection))
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.ended.set()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


@contextmanager
def host(aws: Emulator, node: str, serve: Callable[[socket.socket], None]) -> Iterator[Host]:
    """A host to which sessions of the node connect."""
    with closing(Host(serve)) as listening:
        tell(aws.endpoint_url, "sshd", {"target": node, "address": f"127.0.0.1:{listening.port}"})
        yield listening


def echo(connection: socket.socket) -> None:
    """Send back all bytes."""
    try:
        while piece := connection.recv(65536):
            connection.sendall(piece)
    except OSError:
        return


@contextmanager
def echoing() -> Iterator[int]:
    """The port of an echo server."""
    with closing(Host(echo)) as listening:
        yield listening.port


def opening(token: str, **changed: Any) -> str:
    """The client's first message."""
    members = {
        "MessageSchemaVersion": "1.0",
        "RequestId": "0" * 36,
        "TokenValue": token,
        "ClientId": "0" * 36,
        "ClientVersion": "1.2.707.0",
    }
    return json.dumps({k: v for k, v in (members | changed).items() if v is not None})


class Channel:
    """A client of the data channel of a StartSession response, on which it opens the channel.

    It acknowledges a message when the test reads it. first: the first message, by default with the
    response's token. version: of session-manager-plugin. handshake: False for shells.
    """

    def __init__(
        self,
        answer: dict[str, Any],
        first: str | None = None,
        *,
        version: str = "1.2.707.0",
        handshake: bool = True,
    ) -> None:
        self._version = version
        self.flags: queue.Queue[bytes] = queue.Queue()
        self._socket = websocket.create_connection(
            answer["StreamUrl"], timeout=30, http_no_proxy=["*"], enable_multithread=True
        )
        self._socket.send(opening(answer["TokenValue"]) if first is None else first)
        self._sent, self._expected = 0, 0
        self._arrived = threading.Semaphore(0)
        self._agreed = threading.Event()
        if not handshake:
            self._agreed.set()
        self._received: queue.Queue[tuple[int, bytes]] = queue.Queue(maxsize=1)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        end = (websocket.ABNF.OPCODE_CLOSE, b"")
        with suppress(OSError, websocket.WebSocketException):
            while (frame := self._socket.recv_data())[0] != websocket.ABNF.OPCODE_CLOSE:
                self._take(messages.decode(frame[1]))
            end = frame
        self._agreed.set()
        self._arrived.release(self._sent + 1)
        self._received.put(end)

    def _take(self, message: messages.Message) -> None:
        if message.type == messages.ACKNOWLEDGE:
            self._arrived.release()
        if message.type != messages.OUTPUT:
            return
        # The agent sends unacknowledged messages again.
        is_new = message.number == self._expected
        self._expected += is_new
        if is_new and message.payload_type == messages.DATA:
            self._received.put((websocket.ABNF.OPCODE_BINARY, message.payload))
        if is_new and message.payload_type == messages.FLAG:
            self.flags.put(message.payload)
        if is_new and message.payload_type == messages.HANDSHAKE_REQUEST:
            response = {"ClientVersion": self._version}
            self._send(messages.HANDSHAKE_RESPONSE, json.dumps(response).encode())
        if message.payload_type == messages.HANDSHAKE_COMPLETE:
            self._agreed.set()
        self._socket.send_binary(messages.acknowledgement(message))

    def _send(self, payload_type: int, payload: bytes) -> None:
        self._socket.send_binary(messages.stream_message(self._sent, payload_type, payload))
        self._sent += 1

    def send_binary(self, payload: bytes, payload_type: int = messages.DATA) -> None:
        assert self._agreed.wait(30)
        self._send(payload_type, payload)

    def recv_data(self) -> tuple[int, bytes]:
        """The opcode and payload of the next data or close frame."""
        return self._received.get(timeout=60)

    def recv(self) -> bytes:
        return self.recv_data()[1]

    def require_echo(self) -> None:
        """Send a byte to a host that sends it back."""
        self.send_binary(b"x")
        assert self.recv() == b"x"

    def close(self) -> None:
        """Close after all acknowledgements, or after the end of the agent."""
        for _ in range(self._sent):
            if not self._arrived.acquire(timeout=30):
                break
        self._socket.close()
        if (connection := self._socket.sock) is not None:
            connection.close()  # after the agent's close frame, `close` does nothing

    def shutdown(self) -> None:
        """Disconnect without a close frame, as a killed process does."""
        # `close` does not wake the reading thread.
        connection = self._socket.sock
        assert connection is not None
        connection.shutdown(socket.SHUT_RDWR)


def read_to_end(channel: Channel) -> tuple[bytes, int, str]:
    """The remaining bytes; the code and reason of the close frame."""
    received = b""
    while True:
        opcode, data = channel.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            channel.close()
            return received, struct.unpack("!H", data[:2])[0], data[2:].decode()
        received += data


def closed(channel: Channel) -> tuple[int, str]:
    """Read to the end; the code and reason of the close frame."""
    return read_to_end(channel)[1:]


def session_threads() -> list[str]:
    """The names of the threads of open sessions."""
    names = ("to_client", "to_host", "resend", "conn_handler", "recv_events", "keepalive")
    return [t.name for t in threading.enumerate() if any(name in t.name for name in names)]


def eventually(holds: Callable[[], bool], *, seconds: float = 30.0) -> bool:
    """Whether the condition becomes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def sessions_of(ssm: Any, node: str, state: str = "Active") -> list[dict[str, Any]]:
    """The sessions to a node that DescribeSessions answers."""
    of_node = [{"key": "Target", "value": node}]
    found = ssm.describe_sessions(State=state, Filters=of_node)["Sessions"]
    return list(found)


def statuses(ssm: Any, node: str) -> list[str]:
    """The statuses of the open sessions to a node."""
    return [session["Status"] for session in sessions_of(ssm, node)]
