"""The agent's end of a channel: order, acknowledgement, when messages are sent again, pauses.

Messages without an acknowledgement are sent again after a time-out, which depends on the round
trips: https://github.com/aws/session-manager-plugin/blob/mainline/src/datachannel/streaming.go
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studio_emulator.sessions.messages import (
    BadMessage,
    Message,
    MessageType,
    acknowledged,
    acknowledgement,
)

_WINDOW = 1000
"""The limit of unacknowledged messages; the plugin stores 10,000 early ones."""
_GRANULARITY = 0.01
_LONGEST_TIMEOUT = 1.0


@dataclass
class _Sent:
    raw: bytes
    at: float


class AgentStream:
    """Sends and receives stream messages; any thread may call ``write``.

    pause_publication stops sending until start_publication, an acknowledgement or input; then
    ``resend`` sends the waiting messages, as the agent does
    (https://github.com/aws/amazon-ssm-agent, agent/session/datachannel/datachannel.go).
    """

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._changed = threading.Condition()
        self._next_sent = 0
        self._unacknowledged: OrderedDict[int, _Sent] = OrderedDict()
        self._expected = 0
        self._early: dict[int, Message] = {}
        self._closed = self._paused = False
        self._round_trip, self._variation, self._timeout = 0.1, 0.0, 0.2

    def send(self, payload_type: int, payload: bytes) -> None:
        """Send one message; waits while too many are unacknowledged."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._unacknowledged) < _WINDOW or self._closed)
            if self._closed:
                raise ConnectionError("the data channel is closed")
            message = Message(
                type=MessageType.OUTPUT,
                payload=payload,
                payload_type=payload_type,
                sequence=self._next_sent,
            )
            self._next_sent += 1
            raw = message.encode()
            self._unacknowledged[message.sequence] = _Sent(raw, time.monotonic())
            paused = self._paused
        if not paused:
            self._write(raw)

    def received(self, raw: bytes) -> Iterator[Message]:
        """The stream messages that are next in order after these bytes.

        A message is acknowledged when the caller requests the next one; an early message, when it
        arrives.
        """
        try:
            message = Message.decode(raw)
            if message.type == MessageType.ACKNOWLEDGE:
                self._acknowledged(acknowledged(message))
                return
        except BadMessage:
            return  # without an acknowledgement, the client sends it again
        if message.type in (MessageType.PAUSE_PUBLICATION, MessageType.START_PUBLICATION):
            self._paused = message.type == MessageType.PAUSE_PUBLICATION
        if message.type != MessageType.INPUT:
            return
        self._paused = False
        if message.sequence < self._expected:
            self._write(acknowledgement(message).encode())  # the first acknowledgement was lost
        elif message.sequence > self._expected:
            if len(self._early) < _WINDOW:
                self._early[message.sequence] = message
                self._write(acknowledgement(message).encode())
        else:
            yield message
            self._write(acknowledgement(message).encode())
            self._expected += 1
            while (due := self._early.pop(self._expected, None)) is not None:
                yield due
                self._expected += 1

    def resend(self) -> None:
        """Send the oldest unacknowledged message again after its time-out."""
        with self._changed:
            oldest = next(iter(self._unacknowledged.values()), None)
            now = time.monotonic()
            if oldest is None or self._paused or now - oldest.at <= self._timeout:
                return
            oldest.at = now
            raw = oldest.raw
        self._write(raw)

    def settle(self, seconds: float) -> None:
        """Wait until all messages are acknowledged, or none has been for so many seconds."""

        def moved() -> bool:
            return len(self._unacknowledged) < waiting or self._closed

        with self._changed:
            while (waiting := len(self._unacknowledged)) and not self._closed:
                if not self._changed.wait_for(moved, timeout=seconds):
                    return

    def close(self) -> None:
        """Release all waiting threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _acknowledged(self, sequence: int) -> None:
        with self._changed:
            self._paused = False
            sent = self._unacknowledged.pop(sequence, None)
            if sent is None:
                return
            measured = time.monotonic() - sent.at
            self._variation += (abs(self._round_trip - measured) - self._variation) / 4
            self._round_trip += (measured - self._round_trip) / 8
            timeout = self._round_trip + max(_GRANULARITY, 4 * self._variation)
            self._timeout = min(timeout, _LONGEST_TIMEOUT)
            self._changed.notify_all()
