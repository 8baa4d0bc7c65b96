"""The layout of messages in AWS's plugin.

https://github.com/aws/session-manager-plugin/blob/mainline/src/message/clientmessage.go
"""

import hashlib
import json
import time
import uuid

import pytest

from studio_emulator.sessions.messages import (
    BadMessage,
    Flag,
    Message,
    MessageType,
    PayloadType,
    acknowledged,
    acknowledgement,
)

ID = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
SENT = Message(
    type=MessageType.OUTPUT, payload=b"hello", payload_type=PayloadType.OUTPUT, sequence=7, id=ID
)


def number(raw: bytes, start: int, end: int) -> int:
    return int.from_bytes(raw[start:end], "big")


def test_layout_of_a_message() -> None:
    before = time.time_ns() // 1_000_000
    raw = SENT.encode()
    assert number(raw, 0, 4) == 116
    assert raw[4:36] == b"output_stream_data".ljust(32)
    assert number(raw, 36, 40) == 1
    assert before <= number(raw, 40, 48) <= time.time_ns() // 1_000_000
    assert number(raw, 48, 56) == 7
    assert number(raw, 56, 64) == 0
    assert raw[64:80].hex() == "8899aabbccddeeff0011223344556677"
    assert raw[80:112] == hashlib.sha256(b"hello").digest()
    assert number(raw, 112, 116) == 1
    assert number(raw, 116, 120) == 5
    assert raw[120:] == b"hello"
    assert Message.decode(raw) == SENT


@pytest.mark.parametrize("raw", [b"", SENT.encode()[:115], SENT.encode()[:-1]])
def test_invalid_message(raw: bytes) -> None:
    with pytest.raises(BadMessage):
        Message.decode(raw)


def test_acknowledgement() -> None:
    answer = acknowledgement(SENT)
    assert (answer.type, answer.flags) == ("acknowledge", 3)
    assert json.loads(answer.payload) == {
        "AcknowledgedMessageType": "output_stream_data",
        "AcknowledgedMessageId": str(ID),
        "AcknowledgedMessageSequenceNumber": 7,
        "IsSequentialMessage": True,
    }
    assert acknowledged(answer) == 7


def test_numbers_of_payload_types_and_flags() -> None:
    kinds = "OUTPUT SIZE HANDSHAKE_REQUEST HANDSHAKE_RESPONSE HANDSHAKE_COMPLETE FLAG"
    assert [PayloadType[name] for name in kinds.split()] == [1, 3, 5, 6, 7, 10]
    flags = "DISCONNECT_TO_PORT TERMINATE_SESSION CONNECT_TO_PORT_ERROR"
    assert [Flag[name] for name in flags.split()] == [1, 2, 3]
