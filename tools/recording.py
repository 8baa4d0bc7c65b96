"""Records ``studio demo`` as an animated SVG: ``python -m tools.recording``, which takes minutes.

Runs the demo in a pseudo-terminal. The animation shows each line, with shorter waits.
"""

import os
import pty
import re
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from settings.paths import PROJECT

FILE = PROJECT / "docs" / "pictures" / "demo.svg"
_COLUMNS, _ROWS = 68, 20
_FONT, _LINE, _PAD, _BAR = 13, 18, 14, 30
_SPEED, _LONGEST, _SHORTEST = 12.0, 0.7, 0.05
_HEADING, _END = 1.4, 6.0
_LETTER = 7.85
"""The width of a letter in pixels."""

_PROMPT = re.compile(r"(\w+)?\$ ")

Line = tuple[float, str]
"""The time of a line in seconds, and the line."""


def record(command: Sequence[str]) -> list[Line]:
    """Run a command in a pseudo-terminal. Raises SystemExit if it fails."""
    lines: list[Line] = []
    started, rest = time.monotonic(), ""

    def read(descriptor: int) -> bytes:
        nonlocal rest
        content = os.read(descriptor, 65536)
        *whole, rest = (rest + content.decode(errors="replace")).split("\n")
        lines.extend((time.monotonic() - started, line.rstrip("\r")) for line in whole)
        return content

    code = os.waitstatus_to_exitcode(pty.spawn(list(command), read))
    if code:
        sys.exit(f"recording: {command[0]} exited with code {code}")
    return lines


def as_svg(lines: Sequence[Line]) -> str:
    """The animation of a terminal that scrolls with each line."""
    rows = list(_rows([(at, _without_paths(line)) for at, line in lines]))
    seconds = rows[-1][0] + _END
    width = round(_COLUMNS * _LETTER) + 2 * _PAD
    height = _BAR + _ROWS * _LINE + _PAD
    texts = "\n".join(
        f'<text y="{number * _LINE}"{_class(row)}>{escape(row)}</text>'
        for number, (_, row) in enumerate(rows, start=1)
        if row.strip()
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}" role="img" aria-labelledby="title">
<title id="title">make demo: a deployment from nothing to nothing, recorded; waits are shortened\
</title>
<style>
text{{font:{_FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;\
fill:#d7dee8;white-space:pre}}
.heading{{fill:#7fd4ff;font-weight:700}}.prompt{{fill:#9be6a8;font-weight:700}}
.lines{{animation:lines {seconds:.1f}s step-end infinite}}
@keyframes lines{{{_keyframes(rows, seconds)}}}
@media (prefers-reduced-motion:reduce){{.lines{{animation:none;\
transform:translateY({_shift(len(rows))}px)}}}}
</style>
<rect width="{width}" height="{height}" rx="10" fill="#141a22" stroke="#4a5666"/>
<circle cx="20" cy="16" r="5" fill="#ff7a6b"/><circle cx="38" cy="16" r="5" fill="#f4c14f"/>\
<circle cx="56" cy="16" r="5" fill="#64c66b"/>
<svg x="{_PAD}" y="{_BAR}" width="{width - 2 * _PAD}" height="{_ROWS * _LINE + 5}">\
<g class="lines" xml:space="preserve">
{texts}
</g></svg>
</svg>
"""


def texts(svg: str) -> list[str]:
    """The rows of an animation."""
    return re.findall(r"<text y=[^>]*>(.*)</text>", svg)


def _without_paths(line: str) -> str:
    """The line without absolute paths."""
    line = line.replace(f"{PROJECT}/", "")
    return re.sub(re.escape(tempfile.gettempdir()) + r"/[\w-]+", "...", line)


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Rows of the terminal, each with its time in the animation."""
    now = _HEADING
    yield 0.0, "$ make demo"
    for (before, _), (at, line) in pairwise([(0.0, ""), *lines]):
        pause = _HEADING if line.startswith("== ") else (at - before) / _SPEED
        now += min(max(pause, _SHORTEST), _HEADING if line.startswith("== ") else _LONGEST)
        for row in textwrap.wrap(line, _COLUMNS, drop_whitespace=False) or [""]:
            yield now, row


def _keyframes(rows: Sequence[Line], seconds: float) -> str:
    shifts: dict[str, int] = {}
    for number, (at, _) in enumerate(rows, start=1):
        shifts[f"{100 * at / seconds:.2f}%"] = _shift(number)
    return "".join(f"{at}{{transform:translateY({by}px)}}" for at, by in shifts.items())


def _shift(number: int) -> int:
    """The offset of the rows with row ``number`` at the bottom."""
    return (_ROWS - number) * _LINE


def _class(row: str) -> str:
    if row.startswith("== "):
        return ' class="heading"'
    return ' class="prompt"' if _PROMPT.match(row) else ""


def main() -> None:
    """Record the demo and write the SVG file."""
    lines = record([str(Path(sys.executable).with_name("studio")), "demo"])
    FILE.write_text(as_svg(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
