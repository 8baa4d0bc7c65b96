"""What a person sees of progress: in a pipe, on a terminal, with --quiet."""

import io
import os
import pty
import re
import sys
import time

import pytest
from rich.console import Console

from settings import UserError
from studio.console import output, prompts
from studio.console.board import Board
from studio.console.live import LiveView
from studio.console.output import Output


def working() -> Board:
    """One stack that is done, one that is applied, one that waits."""
    board = Board()
    board.expect({"network": (), "role": (), "domain": {"network", "role"}})
    board.begin("role", "applying")
    board.end("role", "applied")
    board.begin("network", "applying")
    board.count("network", 12)
    board.start("network", "aws_vpc.vpc")
    board.finish("network", "aws_vpc.vpc")
    board.start("network", "aws_vpc_endpoint.ssm")
    board.events.append("network  created   aws_vpc.vpc (1s)")
    return board


def drawn(board: Board, *, columns: int = 80) -> list[str]:
    """The lines of the live view."""
    console = Console(file=io.StringIO(), force_terminal=True, width=columns, color_system=None)
    view = LiveView(board, lambda: "reading the state", console)
    view.close()
    with console.capture() as captured:
        console.print(view)
    return captured.get().splitlines()


def test_the_live_view_has_a_line_a_stack_and_the_last_events() -> None:
    network, role, domain, event = drawn(working())
    assert "network" in network
    assert "1/12" in network
    assert re.search(r"applying: aws_vpc_endpoint\.ssm \(\d+s\)", network)
    assert "applied" in role
    assert "after network, role" in domain
    assert "created   aws_vpc.vpc" in event


@pytest.mark.parametrize("columns", [40, 80])
def test_no_line_of_the_live_view_is_wider_than_the_terminal(columns: int) -> None:
    board = working()
    board.start("network", "aws_vpc_security_group_egress_rule." + "x" * 200)
    board.events.append("y" * 200)
    lines = drawn(board, columns=columns)
    assert len(lines) == 5
    assert all(len(line.rstrip()) <= columns for line in lines)


def test_a_failed_resource_is_not_counted_as_done() -> None:
    board = working()
    board.finish("network", "aws_vpc_endpoint.ssm", failed=True)
    assert (board.rows["network"].done, board.rows["network"].under_way) == (1, {})


def test_a_pipe_gets_plain_lines_with_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    said = Output(live=False)
    said.progress("network  created   aws_vpc.vpc (1s)")
    said.event("network  changed   aws_vpc.vpc (1s)")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("s  ", 1)[1] for line in lines] == [
        "network  created   aws_vpc.vpc (1s)",
        "network  changed   aws_vpc.vpc (1s)",
    ]
    assert all(float(line.split("s  ", 1)[0]) >= 0 for line in lines)
    assert "\x1b" not in "".join(lines)


def test_lines_that_stay_are_printed_above_the_live_view() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80, no_color=True)
    said = Output(board=working())
    view = said._view = LiveView(said.board, lambda: "", console)
    said.say("Planning all stacks")
    said.event("domain   created   aws_sagemaker_domain.domain (9s)")
    view.close()
    assert "Planning all stacks\n" in written.getvalue()
    assert said.board.events[-1].startswith("domain")


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.now, self.capsys, self.lines = 100.0, capsys, list[str]()

    def monotonic(self) -> float:
        return self.now

    def output(self, *, doing: str, piped: bool = False) -> Output:
        """That of a command that begins now."""
        said = Output(silent=False, piped=piped, doing=doing)
        said.after_question()
        return said

    def heard(self, said: Output, *, seconds: int) -> list[int]:
        """The seconds, from now on, in which a line comes."""
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
    monkeypatch.setattr(output, "time", clock)
    monkeypatch.setattr(output, "SILENCE", 2.0)
    return clock


def test_on_a_terminal_each_line_doubles_the_silence(clock: Clock) -> None:
    said = clock.output(doing="reading the state")
    assert clock.heard(said, seconds=31) == [2, 6, 14, 30]


def test_silence_ends_with_what_terraform_does(clock: Clock) -> None:
    said = clock.output(doing="reading the state")
    said.board.begin("network", "planning")
    assert clock.heard(said, seconds=3) == [2]
    assert clock.lines[0].endswith("planning network")


def test_in_a_pipe_the_same_work_is_said_seldom(clock: Clock) -> None:
    said = clock.output(piped=True, doing="reading the state")
    assert clock.heard(said, seconds=100) == [2, 22, 52, 82]


def test_in_a_pipe_other_work_is_said_after_two_seconds(clock: Clock) -> None:
    said = clock.output(piped=True, doing="reading the state")
    assert clock.heard(said, seconds=10) == [2]
    with said.waiting("waiting   domain"):
        assert clock.heard(said, seconds=10) == [1]
    said.say("deleted   domain")
    said.board.begin("network", "planning")
    assert clock.heard(said, seconds=10) == [2]


def test_tasks_that_wait_side_by_side_leave_no_work_behind(clock: Clock) -> None:
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
def test_neither_a_quick_command_nor_a_quiet_one_breaks_silence(
    said: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    said.break_silence(time.monotonic() + 60)
    assert capsys.readouterr().err == ""


def test_quiet_keeps_progress_until_a_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed, read = pty.openpty()
    with os.fdopen(read) as stdin, output.speaking(Output(quiet=True)):
        monkeypatch.setattr(sys, "stdin", stdin)
        output.say("deletes the domain")
        assert capsys.readouterr().err == ""
        os.write(typed, b"no\n")
        with pytest.raises(UserError):
            prompts.confirm("yes", "? ", yes=False)
        assert capsys.readouterr().err == "deletes the domain\n? "
    os.close(typed)


def test_details_are_said_with_verbose_only(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose in (False, True):
        Output(verbose=verbose).detail("Refreshing state")
        assert ("Refreshing state" in capsys.readouterr().err) is verbose
