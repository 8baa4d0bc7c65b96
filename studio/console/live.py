"""The live view of the stacks, drawn by rich."""

import os
import sys
import time
from collections.abc import Callable

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from studio.console.board import Board, StackRow
from studio.console.terminal import has_colour

_MARKS = {"": "\u00b7", "failed": "\u2717"}
_STYLES = {"failed": "red", "unchanged": "dim", "": "yellow"}


class LiveView:
    """Shows a line for each stack, then the last events; prints permanent lines above them."""

    def __init__(
        self, board: Board, doing: Callable[[], str], console: Console | None = None
    ) -> None:
        self._board, self._doing = board, doing
        self._spinner = Spinner("dots")
        self._console = console or Console(
            stderr=True,
            no_color=not has_colour(sys.stderr, os.environ),
            highlight=False,
        )
        self._live = Live(
            self,
            console=self._console,
            refresh_per_second=8,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def say(self, line: str) -> None:
        """Print a permanent line above the view."""
        self._console.print(Text(line), soft_wrap=True)

    def close(self) -> None:
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Truncates each line at the width of the terminal."""
        now = time.monotonic()
        table = Table.grid(padding=(0, 2))
        for _ in range(4):
            table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for row in self._board.rows.values():
            spin = (
                self._spinner.render(now) if row.doing else Text(_MARKS.get(row.result, "\u2713"))
            )
            style = _STYLES.get(row.result, "green") if not row.doing else "cyan"
            table.add_row(
                spin,
                Text(row.name, style=style),
                Text(f"{row.done}/{row.total}" if row.total else ""),
                Text(_seconds(row, now)),
                Text(_note(row, now)),
            )
        yield table
        if not self._board.doing() and (doing := self._doing()):
            work = Table.grid(padding=(0, 2))
            work.add_row(self._spinner.render(now), Text(doing, style="cyan"))
            yield work
        for line in list(self._board.events):
            yield Text(f"   {line}", style="dim", no_wrap=True, overflow="ellipsis")


def _seconds(row: StackRow, now: float) -> str:
    passed = row.seconds + (now - row.since if row.doing else 0.0)
    return f"{passed:.0f}s" if passed else ""


def _note(row: StackRow, now: float) -> str:
    """Terraform's current step, and the resource that takes longest."""
    if not row.doing:
        return row.result or (f"after {', '.join(row.after)}" if row.after else "")
    if not row.under_way:
        return row.doing
    resource, since = min(row.under_way.items(), key=lambda item: item[1])
    more = f" and {len(row.under_way) - 1} more" if len(row.under_way) > 1 else ""
    return f"{row.doing}: {resource} ({now - since:.0f}s){more}"
