"""Connects two files with a session of Systems Manager, without session-manager-plugin.

Implements the plugin's protocol for ssh, sessions of the type Port without forwarding:
https://github.com/aws/session-manager-plugin/tree/mainline/src/datachannel
"""

import contextlib
import json
import os
import ssl
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import websocket

from studio.connect import frames, messages
from studio.connect.frames import Frames
from studio.connect.messages import InvalidMessage, Message

CLIENT_VERSION = "1.2.707.0"
"""The version of the plugin with these messages; agents choose their messages by it."""

_PAYLOAD_SIZE = 1024
_WINDOW = 500
"""How many sent messages may wait for their acknowledgement."""
_EARLY_LIMIT = 10_000
_OPEN_SECONDS = 30
_PING_SECONDS = 20
_LOST_SECONDS = 60
_HANDSHAKE_SECONDS = 60
_TERMINATE_SECONDS = 5
_CHECK_SECONDS = 0.1
"""How often a sender looks for a message that waits too long for its acknowledgement."""
_LONGEST_TIMEOUT = 1.0
_LOST = "the network connection to AWS was lost"


class SessionRefused(Exception):
    """The channel cannot be opened, or AWS closes it before the handshake."""


@dataclass
class _Sent:
    raw: bytes
    at: float
    """The round trip is measured from here, also if the message is sent again."""
    again: float = 0.0


class DataChannel:
    """A session. ``run`` connects it with two files, ``terminate`` ends it."""

    def __init__(self, started: Mapping[str, str], *, ca_bundle: str | None = None) -> None:
        """started: the response of StartSession.

        ca_bundle: a file of certificates, besides those of the operating system. Raises
        SessionRefused.
        """
        try:
            options = {}
            if ca_bundle:
                options["context"] = ssl.create_default_context()
                options["context"].load_verify_locations(ca_bundle)
            self._socket = websocket.create_connection(
                started["StreamUrl"],
                timeout=_OPEN_SECONDS,
                enable_multithread=True,
                sslopt=options,
            )
            self._socket.send(_opening(started["TokenValue"]))
        except (OSError, websocket.WebSocketException) as error:
            raise SessionRefused(f"the data channel cannot be opened: {error}") from None
        if (connection := self._socket.sock) is None:
            raise SessionRefused("AWS closed the data channel")
        self._frames = Frames(connection, receive_seconds=_PING_SECONDS, send_seconds=_LOST_SECONDS)
        self._changed = threading.Condition()
        self._unacknowledged: OrderedDict[int, _Sent] = OrderedDict()
        self._next, self._expected = 0, 0
        self._early: dict[int, Message] = {}
        self._timeout, self._round_trip, self._variation = 0.2, 0.1, 0.0
        self._handshake_done = threading.Event()
        self._ended = threading.Event()
        self._reason = ""
        self._closed: str | None = None

    def run(self, source: int, target: int) -> str:
        """Copy bytes until either side ends; returns why the node or the network ended it, or "".

        source, target: the file descriptors to read and to write. Raises SessionRefused.
        """
        threads = [
            # The thread may outlive this method, and read from what else gets a closed number.
            threading.Thread(target=self._send_all, args=(os.dup(source),), daemon=True),
            threading.Thread(target=self._resend, daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            self._receive_all(target)
        finally:
            self._end("")
            self._socket.shutdown()  # type: ignore[no-untyped-call]
        return self._reason

    def terminate(self) -> None:
        """Terminate the session in Systems Manager; then ``run`` returns."""
        if self._handshake_done.is_set() and not self._ended.is_set():
            self._send(messages.FLAG, messages.TERMINATE_SESSION)
            with self._changed:
                self._changed.wait_for(
                    lambda: not self._unacknowledged or self._ended.is_set(), _TERMINATE_SECONDS
                )
        self._end("")

    def _end(self, reason: str) -> None:
        with self._changed:
            if not self._ended.is_set():
                self._reason = reason
                self._ended.set()
            self._changed.notify_all()
        self._handshake_done.set()
        # Ends the wait for the next message.
        self._frames.shut_down()

    def _receive_all(self, target: int) -> None:
        began = received = time.monotonic()
        while not self._ended.is_set():
            if not self._handshake_done.is_set() and time.monotonic() - began > _HANDSHAKE_SECONDS:
                return self._end("the app does not answer")
            try:
                self._handle(list(self._frames.receive()), target)
                received = time.monotonic()
            except TimeoutError:
                if time.monotonic() - received > _LOST_SECONDS:
                    return self._end(_LOST)
                self._write([b"keepalive"], frames.PING)
            except OSError as error:
                return self._end(f"{_LOST} ({error})")
        return None

    def _handle(self, received: Iterable[tuple[int, bytes]], target: int) -> None:
        """Write all received data, then acknowledge it. Raises SessionRefused."""
        data, acknowledgements = bytearray(), list[bytes]()
        for opcode, raw in received:
            if self._closed is not None:
                break
            if opcode == frames.CLOSE:
                reason = raw[2:].decode("utf-8", "replace")
                if not self._handshake_done.is_set():
                    code = int.from_bytes(raw[:2], "big")
                    raise SessionRefused(f"websocket: close {code}: {reason}")
                self._write_data(data, target)
                return self._end(reason)
            if opcode == frames.BINARY:
                # The node sends a message again until it is acknowledged.
                with contextlib.suppress(InvalidMessage):
                    self._handle_message(messages.decode(raw), data, acknowledgements)
        if self._write_data(data, target) and acknowledgements:
            self._write(acknowledgements)
        if self._closed is not None:
            self._end(self._closed)
        return None

    def _write_data(self, data: bytearray, target: int) -> bool:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(target, rest) :]
        except OSError:  # BrokenPipeError, except on Windows
            self._end("")
            return False
        return True

    def _handle_message(
        self, message: Message, data: bytearray, acknowledgements: list[bytes]
    ) -> None:
        if message.type == messages.ACKNOWLEDGE:
            self._acknowledged(message.json().get("AcknowledgedMessageSequenceNumber"))
        elif message.type == messages.CHANNEL_CLOSED:
            self._closed = str(message.json().get("Output") or "")
        elif message.type == messages.OUTPUT:
            if message.number > self._expected and len(self._early) < _EARLY_LIMIT:
                self._early[message.number] = message
            if message.number < self._expected:
                acknowledgements.append(messages.acknowledgement(message))
            due = message if message.number == self._expected else None
            while due is not None:
                self._deliver(due, data)
                acknowledgements.append(messages.acknowledgement(due))
                self._expected += 1
                due = self._early.pop(self._expected, None)

    def _deliver(self, message: Message, data: bytearray) -> None:
        if message.payload_type == messages.HANDSHAKE_REQUEST:
            self._answer_handshake(message)
        elif message.payload_type == messages.HANDSHAKE_COMPLETE:
            self._handshake_done.set()
        elif message.payload_type == messages.DATA:
            data += message.payload

    def _answer_handshake(self, message: Message) -> None:
        processed, errors = [], []
        for action in message.json().get("RequestedClientActions", []):
            kind = action.get("ActionType")
            error = ""
            if kind != "SessionType" or action["ActionParameters"].get("SessionType") != "Port":
                error = f"Unsupported action {kind}"
                errors.append(error)
            processed.append(
                {
                    "ActionType": kind,
                    "ActionStatus": 2 if error else 1,
                    "ActionResult": None,
                    "Error": error,
                }
            )
        response = {
            "ClientVersion": CLIENT_VERSION,
            "ProcessedClientActions": processed,
            "Errors": errors,
        }
        self._send(messages.HANDSHAKE_RESPONSE, json.dumps(response).encode())
        if errors:
            self._end(
                f"the session needs a feature of session-manager-plugin ({errors[0]}): install it"
            )

    def _send_all(self, source: int) -> None:
        self._handshake_done.wait()
        with open(source, "rb", buffering=0) as file:
            while not self._ended.is_set():
                if payload := file.read(_PAYLOAD_SIZE):
                    self._send(messages.DATA, payload)
                else:
                    self.terminate()

    def _send(self, payload_type: int, payload: bytes) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._unacknowledged) < _WINDOW or self._ended.is_set()
            )
            raw = messages.stream_message(self._next, payload_type, payload)
            self._unacknowledged[self._next] = _Sent(raw, time.monotonic())
            self._next += 1
        self._write([raw])

    def _resend(self) -> None:
        while not self._ended.wait(_CHECK_SECONDS):
            with self._changed:
                oldest = next(iter(self._unacknowledged.values()), None)
                now = time.monotonic()
                if oldest is None or now - max(oldest.at, oldest.again) <= self._timeout:
                    continue
                oldest.again = now
            self._write([oldest.raw])

    def _acknowledged(self, number: object) -> None:
        with self._changed:
            sent = self._unacknowledged.pop(number, None) if isinstance(number, int) else None
            if sent is not None:
                # RFC 6298, with the first values and the limit of AWS's plugin.
                measured = time.monotonic() - sent.at
                self._variation += (abs(self._round_trip - measured) - self._variation) / 4
                self._round_trip += (measured - self._round_trip) / 8
                timeout = self._round_trip + max(0.01, 4 * self._variation)
                self._timeout = min(timeout, _LONGEST_TIMEOUT)
                self._changed.notify_all()

    def _write(self, payloads: Iterable[bytes], opcode: int = frames.BINARY) -> None:
        try:
            self._frames.send(opcode, payloads)
        except OSError as error:
            self._end(f"{_LOST} ({error})")


def _opening(token: str) -> str:
    return json.dumps(
        {
            "MessageSchemaVersion": "1.0",
            "RequestId": str(uuid.uuid4()),
            "TokenValue": token,
            "ClientId": str(uuid.uuid4()),
            "ClientVersion": CLIENT_VERSION,
        }
    )
