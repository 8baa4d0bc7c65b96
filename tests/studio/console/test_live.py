"""The live view of the stacks."""

import io
import re

import pytest
from rich.console import Console

from studio.console.board import Board
from studio.console.live import LiveView


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
