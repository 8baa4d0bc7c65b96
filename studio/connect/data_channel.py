"""Carries a session of Systems Manager between two files, without session-manager-plugin.

The protocol is the plugin's, for sessions of the type Port without forwarding, which ssh uses:
https://github.com/aws/session-manager-plugin/tree/mainline/src/datachannel
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import websocket

from studio.connect import frames, messages
from studio.connect.frames import Frames
from studio.connect.messages import Message, NoMessage

CLIENT_VERSION = "1.2.707.0"
"""The plugin's version whose messages these are; agents decide by it what they may send."""

_PIECE = 1024
_WINDOW = 500
"""Messages that may be on their way without an acknowledgement."""
_EARLY = 10_000
_OPEN_SECONDS = 30
_PING_SECONDS = 20
_LOST_SECONDS = 60
_AGREE_SECONDS = 60
_TERMINATE_SECONDS = 5
_RESEND_SECONDS = 0.1
_LONGEST_TIMEOUT = 1.0
_LOST = "the network connection to AWS was lost"


class SessionRefused(Exception):
    """The channel could not be opened, or the two ends did not agree on a session."""


@dataclass
class _Sent:
    raw: bytes
    at: float


class DataChannel:
    """One session. ``carry`` runs it; the other methods are its threads'."""

    def __init__(self, answer: Mapping[str, str]) -> None:
        """``answer``: StartSession's, with StreamUrl and TokenValue. Raises SessionRefused."""
        try:
            self._socket = websocket.create_connection(
                answer["StreamUrl"], timeout=_OPEN_SECONDS, enable_multithread=True
            )
            self._socket.send(_opening(answer["TokenValue"]))
        except (OSError, websocket.WebSocketException) as error:
            raise SessionRefused(f"the data channel cannot be opened: {error}") from None
        if (connection := self._socket.sock) is None:
            raise SessionRefused("the data channel was closed at once")
        connection.settimeout(_PING_SECONDS)
        self._connection: socket.socket = connection
        self._frames = Frames(connection)
        self._changed = threading.Condition()
        self._unacknowledged: OrderedDict[int, _Sent] = OrderedDict()
        self._next, self._expected = 0, 0
        self._early: dict[int, Message] = {}
        self._timeout, self._round_trip, self._variation = 0.2, 0.1, 0.0
        self._agreed = threading.Event()
        self._over = threading.Event()
        self._why = ""
        self._closed: str | None = None

    def carry(self, source: int, target: int) -> str:
        """Carry bytes until either side ends; why the node or the network ended it, or "".

        source, target: descriptors of the files to read and to write. Raises SessionRefused where
        AWS closes the channel before the node has agreed on a session.
        """
        threads = [
            threading.Thread(target=self._send_all, args=(source,), daemon=True),
            threading.Thread(target=self._send_again, daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            self._receive_all(target)
        finally:
            self._end("")
            self._socket.shutdown()  # type: ignore[no-untyped-call]
        return self._why

    def terminate(self) -> None:
        """End the session at Systems Manager, too, and let ``carry`` return."""
        if self._agreed.is_set() and not self._over.is_set():
            self._send(messages.FLAG, messages.TERMINATE_SESSION)
            with self._changed:
                self._changed.wait_for(
                    lambda: not self._unacknowledged or self._over.is_set(), _TERMINATE_SECONDS
                )
        self._end("")

    def _end(self, why: str) -> None:
        with self._changed:
            if not self._over.is_set():
                self._why = why
                self._over.set()
            self._changed.notify_all()
        self._agreed.set()
        # Nothing else ends the wait for the next message.
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _receive_all(self, target: int) -> None:
        began = heard = time.monotonic()
        while not self._over.is_set():
            if not self._agreed.is_set() and time.monotonic() - began > _AGREE_SECONDS:
                return self._end("the app has not answered")
            try:
                self._take(list(self._frames.receive()), target)
                heard = time.monotonic()
            except TimeoutError:
                if time.monotonic() - heard > _LOST_SECONDS:
                    return self._end(_LOST)
                self._write([b"keepalive"], frames.PING)
            except OSError as error:
                return self._end(f"{_LOST} ({error})")
        return None

    def _take(self, received: Iterable[tuple[int, bytes]], target: int) -> None:
        """Deliver what has come, then acknowledge it, each in one go. Raises SessionRefused."""
        delivered, answers = bytearray(), list[bytes]()
        for opcode, raw in received:
            if self._closed is not None:
                break
            if opcode == frames.CLOSE:
                reason = raw[2:].decode("utf-8", "replace")
                if not self._agreed.is_set():
                    code = int.from_bytes(raw[:2], "big")
                    raise SessionRefused(f"websocket: close {code}: {reason}")
                self._hand_over(delivered, target)
                return self._end(reason)
            if opcode == frames.BINARY:
                # Without an acknowledgement the node sends it again.
                with contextlib.suppress(NoMessage):
                    self._received(messages.decode(raw), delivered, answers)
        if self._hand_over(delivered, target) and answers:
            self._write(answers)
        if self._closed is not None:
            self._end(self._closed)
        return None

    def _hand_over(self, delivered: bytearray, target: int) -> bool:
        left = memoryview(delivered)
        try:
            while left:
                left = left[os.write(target, left) :]
        except OSError:  # nobody reads any more; Windows has another one than BrokenPipeError
            self._end("")
            return False
        return True

    def _received(self, message: Message, delivered: bytearray, answers: list[bytes]) -> None:
        if message.type == messages.ACKNOWLEDGE:
            self._settle(message.json().get("AcknowledgedMessageSequenceNumber"))
        elif message.type == messages.CHANNEL_CLOSED:
            self._closed = str(message.json().get("Output") or "")
        elif message.type == messages.OUTPUT:
            if message.number > self._expected and len(self._early) < _EARLY:
                self._early[message.number] = message
            if message.number < self._expected:
                answers.append(messages.acknowledgement(message))
            due = message if message.number == self._expected else None
            while due is not None:
                self._deliver(due, delivered)
                answers.append(messages.acknowledgement(due))
                self._expected += 1
                due = self._early.pop(self._expected, None)

    def _deliver(self, message: Message, delivered: bytearray) -> None:
        if message.payload_type == messages.HANDSHAKE_REQUEST:
            self._answer_handshake(message)
        elif message.payload_type == messages.HANDSHAKE_COMPLETE:
            self._agreed.set()
        elif message.payload_type == messages.DATA:
            delivered += message.payload

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
                f"the session asks for what only session-manager-plugin can do ({errors[0]}); "
                "install it"
            )

    def _send_all(self, source: int) -> None:
        self._agreed.wait()
        while not self._over.is_set():
            piece = os.read(source, _PIECE)
            if not piece:
                return self.terminate()
            self._send(messages.DATA, piece)
        return None

    def _send(self, payload_type: int, payload: bytes) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._unacknowledged) < _WINDOW or self._over.is_set()
            )
            raw = messages.stream_message(self._next, payload_type, payload)
            self._unacknowledged[self._next] = _Sent(raw, time.monotonic())
            self._next += 1
        self._write([raw])

    def _send_again(self) -> None:
        while not self._over.wait(_RESEND_SECONDS):
            with self._changed:
                oldest = next(iter(self._unacknowledged.values()), None)
                now = time.monotonic()
                if oldest is None or now - oldest.at <= self._timeout:
                    continue
                oldest.at = now
            self._write([oldest.raw])

    def _settle(self, number: object) -> None:
        with self._changed:
            sent = self._unacknowledged.pop(number, None) if isinstance(number, int) else None
            if sent is not None:
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
