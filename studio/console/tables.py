"""Tables for a person: columns side by side, no wider than the terminal."""

from collections.abc import Iterable, Sequence

_SHORTEST = 4
"""Characters that are left of each column at least."""
_MARK = "..."


def table(rows: Iterable[Sequence[str]], *, width: int) -> str:
    """The rows as lines with aligned columns, the titles first.

    width: of the terminal, in characters. What does not fit is cut from the widest columns, and the
    cut is marked. Where that is not enough, nothing is cut: the lines are broken by the terminal.
    """
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    room = width - 2 * (len(widths) - 1)
    if sum(min(size, _SHORTEST) for size in widths) <= room:
        while sum(widths) > room:
            widths[widths.index(max(widths))] -= 1
    return "\n".join(
        "  ".join(_fit(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _fit(cell: str, size: int) -> str:
    if len(cell) <= size:
        return cell.ljust(size)
    mark = _MARK if size > 2 * len(_MARK) else _MARK[1:]
    return cell[: size - len(mark)] + mark
