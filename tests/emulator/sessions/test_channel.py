"""The data channel of a session: tokens, bytes, end."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator import ssm as hybrid
from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from tests.emulator.sessions.channels import (
    SSH,
    Channel,
    advanced,
    closed,
    echo,
    eventually,
    host,
    opening,
    session_threads,
)

INVALID = "request to open data channel contains an invalid token."
PIECE = bytes(range(256)) * 128


def sessions(ssm: Any, node: str, state: str = "Active") -> list[dict[str, Any]]:
    of_node = [{"key": "Target", "value": node}]
    found = ssm.describe_sessions(State=state, Filters=of_node)["Sessions"]
    return list(found)


def active(ssm: Any, node: str) -> list[str]:
    return [session["Status"] for session in sessions(ssm, node)]


def test_bytes_in_both_directions(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo):
        channel = Channel(ssm.start_session(Target=node, **SSH))
        for piece in (b"SSH-2.0-x\r\n", bytes(range(256)), PIECE):
            channel.send_binary(piece)
            received = b""
            while len(received) < len(piece):
                part = channel.recv()
                assert isinstance(part, bytes)
                received += part
            assert received == piece
        assert active(ssm, node) == ["Connected"]
        channel.close()
        assert eventually(lambda: active(ssm, node) == [])


@pytest.mark.parametrize(
    "first", ["", "no JSON", "[]", "{}", opening(""), opening("t", TokenValue=None)]
)
def test_opening_without_a_token(aws: Emulator, ssm: Any, node: str, first: str) -> None:
    with host(aws, node, echo):
        answer = ssm.start_session(Target=node, **SSH)
        code, reason = closed(Channel(answer, first))
    assert code == 1003
    assert reason == (
        f"Channel {answer['SessionId']}: request to open data channel does not contain token."
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda answer, _: answer | {"TokenValue": "wrong"},
        lambda answer, other: answer | {"TokenValue": other["TokenValue"]},
        lambda answer, _: answer | {"StreamUrl": answer["StreamUrl"].replace("root-", "root-0")},
        lambda answer, _: answer | {"StreamUrl": answer["StreamUrl"].split("?")[0]},
    ],
    ids=["wrong", "of another session", "unknown session", "without role"],
)
def test_invalid_token(
    aws: Emulator, ssm: Any, node: str, change: Callable[..., dict[str, Any]]
) -> None:
    with host(aws, node, echo) as listening:
        answers = [ssm.start_session(Target=node, **SSH) for _ in range(2)]
        assert closed(Channel(change(*answers))) == (1003, INVALID)
        assert not listening.ended.is_set()
        assert active(ssm, node) == ["Connecting"] * 2


def test_token_is_valid_once(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo):
        answer = ssm.start_session(Target=node, **SSH)
        channel = Channel(answer)
        channel.require_echo()
        assert closed(Channel(answer)) == (1003, INVALID)
        channel.require_echo()
        channel.close()
        assert closed(Channel(answer)) == (1003, INVALID)


def test_token_expires(aws: Emulator, ssm: Any, node: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with host(aws, node, echo):
        answer = ssm.start_session(Target=node, **SSH)
        later = Clock(aws.options).now() + 61
        monkeypatch.setattr(Clock, "now", lambda _: later)
        assert closed(Channel(answer)) == (1003, INVALID)
        renewed = ssm.resume_session(SessionId=answer["SessionId"])
        channel = Channel(renewed)
        channel.require_echo()
        channel.close()


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda ssm, _, session: ssm.terminate_session(SessionId=session), ""),
        (lambda _, node, __: hybrid.set_online(node, online=False), "lost its connection"),
        (
            lambda ssm, node, _: ssm.deregister_managed_instance(InstanceId=node),
            "not registered any more",
        ),
    ],
    ids=["TerminateSession", "lost agent", "DeregisterManagedInstance"],
)
def test_end_closes_both_ends(
    aws: Emulator, ssm: Any, node: str, end: Callable[..., object], reason: str
) -> None:
    with host(aws, node, echo) as listening:
        answer = ssm.start_session(Target=node, **SSH)
        channel = Channel(answer)
        channel.require_echo()
        end(ssm, node, answer["SessionId"])
        code, why = closed(channel)
        assert (code, reason in why, bool(why)) == (1000, True, bool(reason))
        assert listening.ended.wait(30)
    (ended,) = sessions(ssm, node, "History")
    assert (ended["Status"], ended["SessionId"]) == ("Terminated", answer["SessionId"])
    assert ended["EndDate"] >= ended["StartDate"]
    assert eventually(lambda: session_threads() == [])


def test_end_before_the_channel_opens(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo):
        answer = ssm.start_session(Target=node, **SSH)
        ssm.terminate_session(SessionId=answer["SessionId"])
        assert closed(Channel(answer)) == (1003, INVALID)


def test_disconnected_client_ends_the_session(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo) as listening:
        channel = Channel(ssm.start_session(Target=node, **SSH))
        channel.require_echo()
        channel.shutdown()
        assert listening.ended.wait(30)
    assert eventually(lambda: active(ssm, node) == [] and session_threads() == [])


def test_client_receives_all_bytes_before_the_end(aws: Emulator, ssm: Any, node: str) -> None:
    def speak(connection: socket.socket) -> None:
        connection.sendall(PIECE * 20)

    with host(aws, node, speak):
        channel = Channel(ssm.start_session(Target=node, **SSH))
        received = 0
        while True:
            opcode, data = channel.recv_data()
            if opcode == 8:
                break
            received += len(data)
        assert (received, data[2:]) == (len(PIECE) * 20, b"")
        channel.close()


@pytest.mark.parametrize(
    "params",
    [SSH | {"Parameters": {"portNumber": ["2222"]}}, {}, {"DocumentName": "AWS-StartSSHSession"}],
    ids=["another port", "a shell", "no sshd"],
)
def test_session_without_a_reachable_target(
    aws: Emulator, ssm: Any, node: str, params: dict[str, Any]
) -> None:
    with host(aws, node, echo) as listening:
        if params.get("DocumentName") and "Parameters" not in params:
            listening.close()
        reached = Channel(ssm.start_session(Target=node, **params))
        assert closed(reached) == (
            1000,
            "Connection to destination port failed, check SSM Agent logs.",
        )


def test_reset_ends_the_sessions(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo) as listening:
        channel = Channel(ssm.start_session(Target=node, **SSH))
        channel.require_echo()
        aws.reset()
        assert closed(channel)[0] == 1000
        assert listening.ended.wait(30)
    assert sessions(ssm, node, "History") == []
    advanced(aws)
