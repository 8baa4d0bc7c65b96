"""The messages of a data channel between Session Manager's agent and plugin.

https://github.com/aws/session-manager-plugin/blob/mainline/src/message/clientmessage.go
"""

from __future__ import annotations

import hashlib
import json
import struct
import time
import uuid
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

_HEADER = struct.Struct(">I32sIQqQ16s32sI")
_LENGTH = struct.Struct(">I")


class MessageType(StrEnum):
    INPUT = "input_stream_data"
    OUTPUT = "output_stream_data"
    ACKNOWLEDGE = "acknowledge"
    START_PUBLICATION = "start_publication"
    PAUSE_PUBLICATION = "pause_publication"
    CHANNEL_CLOSED = "channel_closed"


class PayloadType(IntEnum):
    NONE = 0
    OUTPUT = 1
    SIZE = 3
    HANDSHAKE_REQUEST = 5
    HANDSHAKE_RESPONSE = 6
    HANDSHAKE_COMPLETE = 7
    FLAG = 10


class Flag(IntEnum):
    """A payload of type FLAG, as a big-endian integer of four bytes."""

    DISCONNECT_TO_PORT = 1
    TERMINATE_SESSION = 2
    CONNECT_TO_PORT_ERROR = 3


class BadMessage(ValueError):
    """Invalid bytes of a message."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A binary message. sequence: the number of a stream message in its direction, from 0."""

    type: str
    payload: bytes = b""
    payload_type: int = PayloadType.NONE
    sequence: int = 0
    flags: int = 0
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def encode(self) -> bytes:
        header = _HEADER.pack(
            _HEADER.size,
            self.type.encode().ljust(32),
            1,
            time.time_ns() // 1_000_000,
            self.sequence,
            self.flags,
            # The second half of the UUID comes first.
            self.id.bytes[8:] + self.id.bytes[:8],
            hashlib.sha256(self.payload).digest(),
            self.payload_type,
        )
        return header + _LENGTH.pack(len(self.payload)) + self.payload

    @classmethod
    def decode(cls, raw: bytes) -> Message:
        """Raises BadMessage."""
        try:
            length, type_, _, _, sequence, flags, id_, _, kind = _HEADER.unpack_from(raw)
            (size,) = _LENGTH.unpack_from(raw, length)
        except struct.error as error:
            raise BadMessage(str(error)) from None
        payload = raw[length + _LENGTH.size :]
        # Like the agent, ignore the digest: npm's ssm-session writes a wrong one.
        # https://github.com/aws/amazon-ssm-agent, agent/session/contracts/agentmessage.go
        if len(payload) != size:
            raise BadMessage("wrong length of the payload")
        return cls(
            type=type_.strip(b"\0 ").decode("utf-8", "replace"),
            payload=payload,
            payload_type=kind,
            sequence=sequence,
            flags=flags,
            id=uuid.UUID(bytes=id_[8:] + id_[:8]),
        )


def acknowledgement(of: Message) -> Message:
    content = {
        "AcknowledgedMessageType": of.type,
        "AcknowledgedMessageId": str(of.id),
        "AcknowledgedMessageSequenceNumber": of.sequence,
        "IsSequentialMessage": True,
    }
    return Message(type=MessageType.ACKNOWLEDGE, payload=json.dumps(content).encode(), flags=3)


def acknowledged(message: Message) -> int:
    """The sequence number in an acknowledgement. Raises BadMessage."""
    try:
        content = json.loads(message.payload)
        return int(content["AcknowledgedMessageSequenceNumber"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadMessage(f"acknowledge: {error}") from None
