"""Tokens of sessions: once, for a minute, and not after the end."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.clock import Clock
from studio_emulator.server import Emulator
from studio_emulator.sessions.open_sessions import find
from tests.emulator.sessions.channels import SSH, Channel, closed, echo, host, statuses

INVALID = "request to open data channel contains an invalid token."


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
        assert statuses(ssm, node) == ["Connecting"] * 2


def test_sessions_to_spaces_are_not_those_of_systems_manager(ssm: Any, node: str) -> None:
    session = find(ssm.start_session(Target=node, **SSH)["SessionId"])
    assert session is not None
    session.service = "sagemaker"
    assert statuses(ssm, node) == []


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


def test_end_before_the_channel_opens(aws: Emulator, ssm: Any, node: str) -> None:
    with host(aws, node, echo):
        answer = ssm.start_session(Target=node, **SSH)
        ssm.terminate_session(SessionId=answer["SessionId"])
        assert closed(Channel(answer)) == (1003, INVALID)
