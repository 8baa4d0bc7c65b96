"""Tables for a person: columns side by side, no wider than the terminal."""

from collections.abc import Iterable, Sequence

_SHORTEST = 8
"""Characters that are left of the widest column at least."""


def table(rows: Iterable[Sequence[str]], *, width: int) -> str:
    """The rows as lines with aligned columns, the titles first.

    width: of the terminal, in characters. What does not fit is cut from the widest columns, and the
    cut is marked.
    """
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _SHORTEST:
        widths[widths.index(max(widths))] -= 1
    return "\n".join(
        "  ".join(_fit(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _fit(cell: str, size: int) -> str:
    return cell.ljust(size) if len(cell) <= size else f"{cell[: size - 3]}..."
