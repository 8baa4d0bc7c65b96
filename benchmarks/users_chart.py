"""The numbers of ``benchmarks.users`` as rows of a Markdown table, and as a chart.

`python -m benchmarks.users_chart` writes the chart from ``benchmarks/users.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from settings.paths import PROJECT
from studio.review.styles import FONT

NUMBERS = PROJECT / "benchmarks" / "users.json"
CHART = PROJECT / "docs" / "pictures" / "users.svg"
SERIES = {"synth": "synthesis", "up": "first studio up", "review": "studio review"}
HEAD = "| users | configuration | synthesis | first `studio up` | `studio review` |"

_COLOURS = {"synth": "#0969da", "up": "#cf222e", "review": "#1a7f37"}
_WIDTH, _HEIGHT, _LEFT, _TOP = 400, 250, 64, 30
_PLOT_WIDTH, _PLOT_HEIGHT = 312, 180
_SECONDS = (1, 10, 100, 1000, 10_000)
_STYLE = (
    f"text{{font-size:13px;font-family:{FONT};fill:#1f2328}}.grid{{stroke:#d1d9e0}}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.grid{stroke:#3d444d}}"
)

Row = Mapping[str, Any]


def load() -> list[Row]:
    """The measured numbers."""
    rows: list[Row] = json.loads(NUMBERS.read_text())
    return rows


def row(measured: Row) -> str:
    """A row of the table, with processor time and memory."""
    cells = [str(measured["users"]), f"{measured['configuration']} MB"]
    for name in SERIES:
        use = measured[name]
        cells.append(
            f"{use['seconds']:.0f} s, {use['megabytes']:.0f} MB" if use else "not measured"
        )
    return f"| {' | '.join(cells)} |"


def svg(rows: Sequence[Row]) -> str:
    """Processor time by number of users, both on logarithmic scales."""
    return "\n".join(_elements(rows)) + "\n"


def write(rows: Sequence[Row]) -> None:
    """Write the chart."""
    CHART.write_text(svg(rows))


def _elements(rows: Sequence[Row]) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>Processor time by number of users</title><style>{_STYLE}</style>"
    )
    for seconds in _SECONDS:
        y = _y(seconds)
        yield (
            f'<line class="grid" x1="{_LEFT}" y1="{y}" x2="{_LEFT + _PLOT_WIDTH}" y2="{y}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{seconds} s</text>'
        )
    for measured in rows:
        yield (
            f'<text x="{_x(measured["users"])}" y="{_TOP + _PLOT_HEIGHT + 20}" '
            f'text-anchor="middle">{measured["users"]}</text>'
        )
    for place, (name, title) in enumerate(SERIES.items()):
        colour = _COLOURS[name]
        points = [(_x(one["users"]), _y(one[name]["seconds"])) for one in rows if one[name]]
        line = " ".join(f"{x},{y}" for x, y in points)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in points)
        x = _LEFT + place * 115
        yield (
            f'<circle cx="{x}" cy="14" r="4" fill="{colour}"/>'
            f'<text x="{x + 9}" y="18">{title}</text>'
        )
    middle = _LEFT + _PLOT_WIDTH // 2
    yield f'<text x="{middle}" y="{_HEIGHT - 3}" text-anchor="middle">users</text>'
    yield "</svg>"


def _x(users: int) -> int:
    return _LEFT + round(_PLOT_WIDTH * math.log10(users) / 3)


def _y(seconds: float) -> int:
    part = math.log10(max(seconds, 1)) / math.log10(_SECONDS[-1])
    return _TOP + round(_PLOT_HEIGHT * (1 - part))


if __name__ == "__main__":
    write(load())
