"""Tables that fit the width of the terminal; `?` for an unknown price."""

from collections.abc import Iterable, Sequence

_SHORTEST = 4
"""The minimum width of a truncated column, in characters."""
_MARK = "..."


def table(rows: Iterable[Sequence[str]], *, width: int, optional: Sequence[str] = ()) -> str:
    """The rows as lines with aligned columns. The first row has the titles.

    width: of the terminal, in characters. optional: titles of columns to omit, in this order, until
    the table fits. Then the widest columns are truncated, with a mark. If the table still does not
    fit, nothing is truncated.
    """
    columns = list(zip(*rows, strict=True))
    for title in optional:
        if _room(columns, width) >= sum(_widths(columns)):
            break
        columns = [column for column in columns if column[0] != title]
    lines = list(zip(*columns, strict=True))
    widths, room = _widths(columns), _room(columns, width)
    if sum(min(size, _SHORTEST) for size in widths) <= room:
        while sum(widths) > room:
            widths[widths.index(max(widths))] -= 1
    return "\n".join(
        "  ".join(_fit(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def price(usd: float | None, form: str) -> str:
    """The amount in this format; "?" if it is unknown."""
    return "?" if usd is None else format(usd, form)


def _widths(columns: Iterable[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in columns]


def _room(columns: Sequence[Sequence[str]], width: int) -> int:
    return width - 2 * (len(columns) - 1)


def _fit(cell: str, size: int) -> str:
    if len(cell) <= size:
        return cell.ljust(size)
    mark = _MARK if size > 2 * len(_MARK) else _MARK[1:]
    return cell[: size - len(mark)] + mark
