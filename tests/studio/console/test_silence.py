"""The seconds after which a command that prints nothing names its step."""

import time

import pytest

from studio.console import silence
from studio.console.output import Output


class Clock:
    """A clock that the test sets."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.now, self.capsys, self.lines = 100.0, capsys, list[str]()

    def monotonic(self) -> float:
        return self.now

    def output(self, *, doing: str, piped: bool = False) -> Output:
        """The output of a command that begins now."""
        said = Output(silent=False, piped=piped, doing=doing)
        said.after_question()
        return said

    def heard(self, said: Output, *, seconds: int) -> list[int]:
        """The seconds, from now on, with a line."""
        began, found = self.now, []
        self.capsys.readouterr()
        for passed in range(1, seconds + 1):
            self.now = began + passed
            said.break_silence(self.now)
            if lines := self.capsys.readouterr().err.splitlines():
                found.append(passed)
                self.lines += lines
        return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clock:
    clock = Clock(capsys)
    monkeypatch.setattr(silence, "time", clock)
    monkeypatch.setattr(silence, "LIMIT", 2.0)
    return clock


def test_on_a_terminal_each_line_doubles_the_silence(clock: Clock) -> None:
    said = clock.output(doing="reading the state")
    assert clock.heard(said, seconds=31) == [2, 6, 14, 30]


def test_silence_ends_with_the_step_of_terraform(clock: Clock) -> None:
    said = clock.output(doing="reading the state")
    said.board.begin("network", "planning")
    assert clock.heard(said, seconds=3) == [2]
    assert clock.lines[0].endswith("planning network")


def test_in_a_pipe_the_same_step_is_repeated_rarely(clock: Clock) -> None:
    said = clock.output(piped=True, doing="reading the state")
    assert clock.heard(said, seconds=100) == [2, 22, 52, 82]


def test_in_a_pipe_another_step_is_named_after_two_seconds(clock: Clock) -> None:
    said = clock.output(piped=True, doing="reading the state")
    assert clock.heard(said, seconds=10) == [2]
    with said.waiting("waiting   domain"):
        assert clock.heard(said, seconds=10) == [1]
    said.say("deleted   domain")
    said.board.begin("network", "planning")
    assert clock.heard(said, seconds=10) == [2]


def test_tasks_that_wait_in_parallel_end_in_any_order(clock: Clock) -> None:
    said = clock.output(doing="deleting")
    first, second = said.waiting("waiting   alice"), said.waiting("waiting   bob")
    for task in (first, second):
        task.__enter__()
    first.__exit__(None, None, None)
    clock.heard(said, seconds=3)
    second.__exit__(None, None, None)
    clock.heard(said, seconds=3)
    assert [line.split("s  ")[1] for line in clock.lines] == ["waiting   bob", "deleting"]


@pytest.mark.parametrize("said", [Output(silent=True), Output(silent=False, quiet=True)])
def test_silent_and_quiet_commands_do_not_name_their_step(
    said: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    said.break_silence(time.monotonic() + 60)
    assert capsys.readouterr().err == ""
