"""Messages of the data channel, as the emulated agent reads and writes them."""

import json

import pytest

from studio.connect import messages
from studio.connect.messages import InvalidMessage, decode
from studio_emulator.sessions import messages as agent

SENT = agent.Message(
    type=agent.MessageType.OUTPUT,
    payload=b'{"a": 1}',
    payload_type=agent.PayloadType.HANDSHAKE_REQUEST,
    sequence=7,
)
RAW = SENT.encode()


def test_a_message_of_the_agent_is_decoded() -> None:
    found = decode(RAW)
    assert (found.type, found.id, found.number) == (messages.OUTPUT, str(SENT.id), 7)
    assert (found.payload_type, found.payload) == (messages.HANDSHAKE_REQUEST, SENT.payload)
    assert found.json() == {"a": 1}


def test_the_agent_decodes_a_message() -> None:
    raw = messages.stream_message(3, messages.DATA, b"hello")
    found = agent.Message.decode(raw)
    assert (found.type, found.sequence) == (agent.MessageType.INPUT, 3)
    assert (found.payload_type, found.payload) == (agent.PayloadType.OUTPUT, b"hello")
    assert decode(raw).payload == b"hello"


def test_an_acknowledgement_is_that_of_the_agent() -> None:
    answer = agent.Message.decode(messages.acknowledgement(decode(RAW)))
    expected = agent.acknowledgement(SENT)
    assert (answer.type, answer.flags) == (expected.type, expected.flags)
    assert json.loads(answer.payload) == json.loads(expected.payload)


@pytest.mark.parametrize(
    "raw", [b"", RAW[:100], RAW[:-1], RAW + b"x", RAW[:-1] + b"x"], ids=lambda raw: str(len(raw))
)
def test_another_message_than_the_sent_one_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidMessage):
        decode(raw)


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff"])
def test_a_payload_that_is_no_json_object_is_refused(payload: bytes) -> None:
    raw = messages.stream_message(0, messages.HANDSHAKE_REQUEST, payload)
    with pytest.raises(InvalidMessage, match=r"^input_stream_data: "):
        decode(raw).json()
