"""The data channel of a session: tokens, bytes, end."""

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from studio_emulator import ssm as hybrid
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
    sessions_of,
    statuses,
)


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


def test_channels_are_open_to_127_0_0_1_only(ssm: Any, node: str) -> None:
    port = urlsplit(ssm.start_session(Target=node, **SSH)["StreamUrl"]).port
    socket.create_connection(("127.0.0.1", port)).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port))


def test_reason_of_an_unknown_channel_is_cut(ssm: Any, node: str) -> None:
    answer = ssm.start_session(Target=node, **SSH)
    url = answer["StreamUrl"].replace("root-", "root-" * 30)
    code, reason = closed(Channel(answer | {"StreamUrl": url}, ""))
    assert (code, len(reason)) == (1003, 123)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda ssm, _, session: ssm.terminate_session(SessionId=session), ""),
        (lambda _, node, __: hybrid.set_online(node, online=False), "lost its connection"),
    ],
    ids=["TerminateSession", "lost agent"],
)
def test_terminated_session_and_lost_agent_close_both_ends(
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
    (ended,) = sessions_of(ssm, node, "History")
    assert (ended["Status"], ended["SessionId"]) == ("Terminated", answer["SessionId"])
    assert ended["EndDate"] >= ended["StartDate"]
    assert eventually(lambda: session_threads() == [])


def test_disconnected_client_ends_the_session(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo) as listening:
        channel = Channel(ssm.start_session(Target=node, **SSH))
        channel.require_echo()
        assert statuses(ssm, node) == ["Connected"]
        channel.shutdown()
        assert listening.ended.wait(30)
    assert eventually(lambda: statuses(ssm, node) == [] and session_threads() == [])


def test_reset_ends_the_sessions(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo) as listening:
        channel = Channel(ssm.start_session(Target=node, **SSH))
        channel.require_echo()
        aws.reset()
        assert closed(channel)[0] == 1000
        assert listening.ended.wait(30)
    assert sessions_of(ssm, node, "History") == []
    advanced(aws)
