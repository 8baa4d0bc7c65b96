"""The agent's end of a data channel."""

from studio_emulator.sessions.messages import Message, MessageType, PayloadType, acknowledgement
from studio_emulator.sessions.stream import AgentStream
from tests.emulator.sessions.channels import eventually


def payloads(sent: list[bytes]) -> list[bytes]:
    return [Message.decode(raw).payload for raw in sent]


def receive(stream: AgentStream, message: Message) -> list[bytes]:
    return [delivered.payload for delivered in stream.received(message.encode())]


def test_pause_and_start() -> None:
    sent: list[bytes] = []
    stream = AgentStream(sent.append)
    receive(stream, Message(type=MessageType.PAUSE_PUBLICATION))
    stream.send(PayloadType.OUTPUT, b"one")
    stream.send(PayloadType.OUTPUT, b"two")
    receive(stream, Message(type=MessageType.START_PUBLICATION))
    assert sent == []

    def resent(number: int) -> bool:
        stream.resend()
        return len(sent) == number

    assert eventually(lambda: resent(1))
    receive(stream, acknowledgement(Message.decode(sent[0])))
    assert eventually(lambda: resent(2))
    assert payloads(sent) == [b"one", b"two"]


def test_input_ends_a_pause() -> None:
    sent: list[bytes] = []
    stream = AgentStream(sent.append)
    receive(stream, Message(type=MessageType.PAUSE_PUBLICATION))
    assert receive(stream, Message(type=MessageType.INPUT, payload=b"in")) == [b"in"]
    stream.send(PayloadType.OUTPUT, b"out")
    assert payloads(sent)[-1] == b"out"


def test_early_and_repeated_messages() -> None:
    sent: list[bytes] = []
    stream = AgentStream(sent.append)
    delivered = [
        receive(stream, Message(type=MessageType.INPUT, sequence=number, payload=b"%d" % number))
        for number in (2, 1, 1, 0, 0, 3)
    ]
    assert delivered == [[], [], [], [b"0", b"1", b"2"], [], [b"3"]]
    assert {Message.decode(raw).type for raw in sent} == {MessageType.ACKNOWLEDGE}
    assert len(sent) == 6
