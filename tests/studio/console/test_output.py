"""Progress in a pipe, on a terminal, and with --quiet."""

import io
import os
import pty
import re
import sys

import pytest
from rich.console import Console

from settings import UserError
from studio.console import output, prompts
from studio.console.board import Board
from studio.console.live import LiveView
from studio.console.output import Output


def working() -> Board:
    """A board with a stack that is applied, one in progress, and one that waits."""
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


def test_the_live_view_shows_stacks_and_events() -> None:
    network, role, domain, event = drawn(working())
    assert "network" in network
    assert "1/12" in network
    assert re.search(r"applying: aws_vpc_endpoint\.ssm \(\d+s\)", network)
    assert "applied" in role
    assert "after network, role" in domain
    assert "created   aws_vpc.vpc" in event


@pytest.mark.parametrize("columns", [40, 80])
def test_the_live_view_fits_the_terminal(columns: int) -> None:
    board = working()
    board.start("network", "aws_vpc_security_group_egress_rule." + "x" * 200)
    board.events.append("y" * 200)
    lines = drawn(board, columns=columns)
    assert len(lines) == 5
    assert all(len(line.rstrip()) <= columns for line in lines)


def test_a_failed_resource_does_not_count_as_done() -> None:
    board = working()
    board.finish("network", "aws_vpc_endpoint.ssm", failed=True)
    assert (board.rows["network"].done, board.rows["network"].under_way) == (1, {})


def test_lines_in_a_pipe_have_the_elapsed_time(capsys: pytest.CaptureFixture[str]) -> None:
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


def test_permanent_lines_are_printed_above_the_live_view() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80, no_color=True)
    said = Output(board=working())
    view = said._view = LiveView(said.board, lambda: "", console)
    said.say("Planning all stacks")
    said.event("domain   created   aws_sagemaker_domain.domain (9s)")
    view.close()
    assert "Planning all stacks\n" in written.getvalue()
    assert said.board.events[-1].startswith("domain")


def test_quiet_prints_progress_before_a_question(
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


def test_details_need_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose in (False, True):
        Output(verbose=verbose).detail("Refreshing state")
        assert ("Refreshing state" in capsys.readouterr().err) is verbose
