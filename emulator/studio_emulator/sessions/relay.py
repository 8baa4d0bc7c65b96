"""Relays the bytes of a session; how long its handshake and its end may take."""

import json
import socket
import struct
import threading
import time
from contextlib import suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from studio_emulator.runtime.programs import Terminal
from studio_emulator.sessions.forwards import Forward
from studio_emulator.sessions.messages import Flag, Message, MessageType, PayloadType
from studio_emulator.sessions.stream import AgentStream
from studio_emulator.sessions.targets import Host, Purpose

_AGENT_VERSION = "3.3.3050.0"
_PIECE = 1024
"""Bytes in a message (StreamDataPayloadSize of the agent and the plugin)."""
_GRACE = 5.0
"""Real seconds that a client has for each acknowledgement after the end of its session."""
_HANDSHAKE_SECONDS = 15.0
_RESEND_SECONDS = 0.1
_RESET = struct.pack("ii", 1, 0)


class HandshakeFailed(Exception):
    """The client did not complete the handshake."""


class Relay:
    """The agent's end of one session."""

    def __init__(self, channel: ServerConnection, over: threading.Event) -> None:
        self._channel, self._over = channel, over
        self._stream = AgentStream(channel.send)
        self._began = time.monotonic()

    def shake_hands(self, purpose: Purpose) -> str:
        """Negotiate the session type; the client's version. Raises HandshakeFailed.

        A shell has no handshake: the version is "".
        """
        self._channel.send(Message(type=MessageType.START_PUBLICATION).encode())
        if not purpose.shakes_hands:
            return ""
        action = {"SessionType": purpose.type, "Properties": dict(purpose.properties)}
        request = {
            "AgentVersion": _AGENT_VERSION,
            "RequestedClientActions": [{"ActionType": "SessionType", "ActionParameters": action}],
        }
        self._stream.send(PayloadType.HANDSHAKE_REQUEST, json.dumps(request).encode())
        answers: list[bytes] = []
        while not answers:
            try:
                raw = self._channel.recv(_HANDSHAKE_SECONDS)
            except (TimeoutError, ConnectionClosed) as error:
                raise HandshakeFailed(str(error)) from None
            if isinstance(raw, bytes):
                answers += [
                    message.payload
                    for message in self._stream.received(raw)
                    if message.payload_type == PayloadType.HANDSHAKE_RESPONSE
                ]
        spent = int((time.monotonic() - self._began) * 1e9)
        complete = {"HandshakeTimeToComplete": spent, "CustomerMessage": ""}
        self._stream.send(PayloadType.HANDSHAKE_COMPLETE, json.dumps(complete).encode())
        try:
            return str(json.loads(answers[0])["ClientVersion"])
        except (ValueError, KeyError, TypeError) as error:
            raise HandshakeFailed(f"handshake response: {error!r}") from None

    def report_closed_port(self) -> None:
        """Report to the client that the port refuses connections."""

        def send() -> None:
            with suppress(ConnectionError, ConnectionClosed):
                flag = Flag.CONNECT_TO_PORT_ERROR.to_bytes(4, "big")
                self._stream.send(PayloadType.FLAG, flag)

        # The caller's thread reads acknowledgements, for which `send` may wait.
        threading.Thread(target=send, daemon=True).start()

    def run(self, host: Host) -> None:
        """Relay bytes in both directions until one end closes or ``over`` is set.

        A sender waits for a slower receiver. Sets ``over``. The client receives all that ``host``
        sent before its end. The caller closes ``host``.
        """
        finished = threading.Event()

        def to_client() -> None:
            with suppress(OSError, ConnectionClosed):
                while piece := host.recv(_PIECE):
                    self._stream.send(PayloadType.OUTPUT, piece)
            finished.set()
            self._over.set()

        def to_host() -> None:
            with suppress(OSError, ConnectionClosed):
                for raw in self._channel:
                    if isinstance(raw, bytes) and self._is_last(raw, host):
                        break
            finished.set()
            self._over.set()
            self._stream.close()  # no further acknowledgement

        def resend() -> None:
            with suppress(ConnectionClosed):
                while not closed.wait(_RESEND_SECONDS):
                    self._stream.resend()

        closed = threading.Event()
        to_client_thread, *others = (
            threading.Thread(target=way, daemon=True) for way in (to_client, to_host, resend)
        )
        for thread in (to_client_thread, *others):
            thread.start()
        self._over.wait()
        if not finished.is_set() and isinstance(host, socket.socket):
            # Without a reset, a host that waits to send does not notice the end.
            host.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        _shut(host)
        to_client_thread.join(_GRACE)
        if not to_client_thread.is_alive():
            self._stream.settle(_GRACE)
        self._stream.close()
        closed.set()
        if to_client_thread.is_alive():
            _shut(self._channel.socket)
            to_client_thread.join()

    def close(self, session_id: str, reason: str) -> None:
        """Report the end of the session to the client, which prints the reason."""
        content = {
            "MessageId": "",
            "CreatedDate": "",
            "DestinationId": "",
            "SessionId": session_id,
            "MessageType": MessageType.CHANNEL_CLOSED,
            "SchemaVersion": 1,
            "Output": reason,
        }
        closed = Message(type=MessageType.CHANNEL_CLOSED, payload=json.dumps(content).encode())
        with suppress(ConnectionClosed):
            self._channel.send(closed.encode())

    def _is_last(self, raw: bytes, host: Host) -> bool:
        for message in self._stream.received(raw):
            if message.payload_type == PayloadType.OUTPUT:
                host.sendall(message.payload)
            elif message.payload_type == PayloadType.SIZE and isinstance(host, Terminal):
                with suppress(ValueError, KeyError, TypeError, struct.error):
                    size = json.loads(message.payload)
                    host.resize(columns=size["cols"], rows=size["rows"])
            elif message.payload_type == PayloadType.FLAG:
                flag = int.from_bytes(message.payload[:4], "big")
                if flag == Flag.DISCONNECT_TO_PORT and isinstance(host, Forward):
                    host.disconnect()
                elif flag in (Flag.TERMINATE_SESSION, Flag.DISCONNECT_TO_PORT):
                    return True
        return False


def _shut(connection: Host) -> None:
    if not isinstance(connection, socket.socket):
        connection.hang_up()
        return
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
