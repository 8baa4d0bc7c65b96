"""The wait of ssh's ProxyCommand for a session, and the signals that end it."""

import signal

import pytest

from settings import UserError
from studio.aws import sessions, waiting
from studio.aws.client import Aws
from studio.aws.sessions import NotRegistered, Session
from studio.connect import proxy
from tests.studio.clock import Clock

SPACE = "arn:aws:sagemaker:us-east-1:123456789012:space/d-abc/alice"
SESSION = Session(
    service="sagemaker", region="us-east-1", profile=None, endpoint="", request={}, answer={}
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


def wait(clock: Clock, monkeypatch: pytest.MonkeyPatch, *, registers: float) -> list[str]:
    """Wait for a node that registers after these seconds; returns what is reported."""
    began, reported = clock.now, list[str]()

    def start_session(*_: object, user: str) -> Session:
        if clock.now - began < registers:
            raise NotRegistered(f"no node of {user}")
        return SESSION

    monkeypatch.setattr(sessions, "start_session", start_session)
    started = proxy.wait_for_session(Aws("us-east-1"), SPACE, user="alice", report=reported.append)
    assert started is SESSION
    return reported


@pytest.mark.parametrize(
    ("registers", "reported"),
    [(0.0, []), (80.0, ["studio: waiting for the app to register with Systems Manager"])],
)
def test_a_session_starts_once_the_node_has_registered(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, registers: float, reported: list[str]
) -> None:
    assert wait(clock, monkeypatch, registers=registers) == reported


def test_a_node_that_never_registers_is_an_error(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = r"^the app of alice has not registered for 9\d s \(no node of alice\); run `studio conn"
    with pytest.raises(UserError, match=line):
        wait(clock, monkeypatch, registers=1000.0)


def test_each_signal_that_ends_the_session_calls_the_action(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handled: dict[int, object] = {}
    monkeypatch.setattr(signal, "signal", handled.__setitem__)
    proxy.on_stop(print)
    assert handled == dict.fromkeys((signal.SIGHUP, signal.SIGINT, signal.SIGTERM), print)
