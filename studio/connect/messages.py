"""Encodes and decodes the binary messages of session-manager-plugin's data channel.

https://github.com/aws/session-manager-plugin/blob/mainline/src/message/clientmessage.go
"""

import hashlib
import json
import struct
import time
import uuid
from dataclasses import dataclass
from typing import Any

INPUT, OUTPUT = "input_stream_data", "output_stream_data"
ACKNOWLEDGE, CHANNEL_CLOSED = "acknowledge", "channel_closed"

DATA, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, HANDSHAKE_COMPLETE, FLAG = 1, 5, 6, 7, 10
"""The types of a payload."""
TERMINATE_SESSION = (2).to_bytes(4, "big")
"""The payload of the flag by which a client terminates the session."""

_HEADER = struct.Struct(">I32sIQqQ16s32sII")
_HEADER_LENGTH = _HEADER.size - 4
"""The value of the first field, which does not count the last one, the payload's length."""


class InvalidMessage(ValueError):
    """The bytes are not a message, or not the message that was sent."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A received message. number: its sequence number in the stream, from 0."""

    type: str
    id: str
    number: int
    payload_type: int
    payload: bytes

    def json(self) -> dict[str, Any]:
        """The payload as a JSON object. Raises InvalidMessage."""
        try:
            content = json.loads(self.payload)
        except ValueError as error:
            raise InvalidMessage(f"{self.type}: {error}") from None
        if not isinstance(content, dict):
            raise InvalidMessage(f"{self.type}: not a JSON object")
        return content


def decode(raw: bytes) -> Message:
    """Raises InvalidMessage."""
    if len(raw) < _HEADER.size:
        raise InvalidMessage(f"{len(raw)} bytes")
    _, type_, _, _, number, _, id_, digest, payload_type, length = _HEADER.unpack_from(raw)
    payload = raw[_HEADER.size :]
    if length != len(payload) or (payload and hashlib.sha256(payload).digest() != digest):
        raise InvalidMessage("the length or the digest does not match the payload")
    return Message(
        type=type_.strip(b" \0").decode("ascii", "replace"),
        id=str(uuid.UUID(bytes=id_[8:] + id_[:8])),
        number=number,
        payload_type=payload_type,
        payload=payload,
    )


def stream_message(number: int, payload_type: int, payload: bytes) -> bytes:
    """A message of the client's stream to the node."""
    return encode(INPUT, payload, number=number, payload_type=payload_type)


def acknowledgement(message: Message) -> bytes:
    """The acknowledgement of a message of the node's stream."""
    # json.dumps would take most of the time: there is an acknowledgement for each kilobyte.
    content = (
        f'{{"AcknowledgedMessageType":"{message.type}","AcknowledgedMessageId":"{message.id}",'
        f'"AcknowledgedMessageSequenceNumber":{message.number},"IsSequentialMessage":true}}'
    )
    return encode(ACKNOWLEDGE, content.encode(), flags=3)


def encode(
    type_: str, payload: bytes, *, number: int = 0, payload_type: int = 0, flags: int = 0
) -> bytes:
    """The bytes of a message."""
    id_, now = uuid.uuid4().bytes, time.time_ns() // 1_000_000
    digest = hashlib.sha256(payload).digest()
    header = _HEADER.pack(
        _HEADER_LENGTH,
        type_.encode().ljust(32),
        1,
        now,
        number,
        flags,
        id_[8:] + id_[:8],
        digest,
        payload_type,
        len(payload),
    )
    return header + payload
