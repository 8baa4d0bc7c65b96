"""What a session leads to and who opens it: nodes, hosts that listen, clients of a channel."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import websocket

from studio_emulator import ssm as hybrid
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.e2e.sshd import tell
from tests.emulator.samples import make_role, trust

TIER = "/ssm/managed-instance/activation-tier"
SSH = {"DocumentName": "AWS-StartSSHSession", "Parameters": {"portNumber": ["22"]}}


def advanced(aws: Emulator) -> Any:
    """A client of Systems Manager in an account of the advanced tier that has a role `node`."""
    make_role(aws, "node", trusts=trust("ssm.amazonaws.com"))
    ssm = aws.client("ssm")
    ssm.update_service_setting(SettingId=TIER, SettingValue="advanced")
    return ssm


def node_of(aws: Emulator, owner: str = "alice") -> str:
    """A new node with the owner's tag, in an account that `advanced` prepared."""
    tag = {"Key": "SSHOwner", "Value": owner}
    activation = aws.client("ssm").create_activation(IamRole="node", Tags=[tag])
    return hybrid.register_node(
        activation["ActivationId"],
        code=activation["ActivationCode"],
        now=Clock(aws.options).now(),
    )


class Host:
    """What listens where a node's sshd would: `serve` is called with each connection."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self.ended = threading.Event()
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        with suppress(OSError):  # closing alone would not wake the thread
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._serve(connection)
            self.ended.set()


@contextmanager
def host(aws: Emulator, node: str, serve: Callable[[socket.socket], None]) -> Iterator[Host]:
    """A host that sessions to the node lead to."""
    listening = Host(serve)
    tell(aws.endpoint_url, "sshd", {"target": node, "address": listening.address})
    try:
        yield listening
    finally:
        listening.close()


def echo(connection: socket.socket) -> None:
    """Send everything back."""
    try:
        while piece := connection.recv(65536):
            connection.sendall(piece)
    except OSError:
        return


def opening(token: str, **changed: Any) -> str:
    """What a client says first."""
    members = {
        "MessageSchemaVersion": "1.0",
        "RequestId": "0" * 36,
        "TokenValue": token,
        "ClientId": "0" * 36,
        "ClientVersion": "1.2.707.0",
    }
    return json.dumps({k: v for k, v in (members | changed).items() if v is not None})


def connect(answer: dict[str, Any], first: str | None = None) -> websocket.WebSocket:
    """Open the channel of a StartSession's answer, and say the token or `first`."""
    channel = websocket.create_connection(answer["StreamUrl"], timeout=30, http_no_proxy=["*"])
    channel.send(opening(answer["TokenValue"]) if first is None else first)
    return channel


def closed(channel: websocket.WebSocket) -> tuple[int, str]:
    """Read to the end: the code and the reason that the channel was closed with."""
    while True:
        opcode, data = channel.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            channel.close()
            return struct.unpack("!H", data[:2])[0], data[2:].decode()


def session_threads() -> list[str]:
    """Threads that carry a session's bytes, or serve its channel."""
    names = ("to_client", "to_host", "conn_handler", "recv_events", "keepalive")
    return [t.name for t in threading.enumerate() if any(name in t.name for name in names)]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within half a minute."""
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()
