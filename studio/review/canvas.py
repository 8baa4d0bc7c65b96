"""Draws boxes, frames and arrows as SVG elements."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Self

from studio.review import labels
from studio.review.boxes import Part
from studio.terraform.plan import Action

GAP = 10
_PAD, _LABEL, _DETAIL = 12, 20, 18
_LETTERS = {"label": 9.0, "detail": 7.6, "heading": 9.0}
"""The average width of a character in pixels, in the widest of the diagram's fonts."""

_MARK = 26


@dataclass
class Canvas:
    """Draws frames first, the last one lowest, then boxes, then arrows."""

    boxes: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)

    def content(self) -> str:
        return "".join(f"{one}\n" for one in (*self.frames, *self.boxes, *self.arrows))

    def row(self, x: float, y: float, width: float, parts: Sequence[Part], columns: int) -> float:
        """Draw boxes in rows; returns the y below them."""
        each = (width - GAP * (columns - 1)) / columns
        for first in range(0, len(parts), columns):
            some = parts[first : first + columns]
            wrapped = [_Wrapped.of(part, each) for part in some]
            height = max(one.height for one in wrapped)
            for column, one in enumerate(wrapped):
                self._box(x + column * (each + GAP), y, each, height, one)
            y += height + GAP
        return y

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        kind: str,
        title: str,
        *,
        action: Action = Action.NOTHING,
        indent: float = 0,
    ) -> None:
        """Draw a frame with a heading below the existing elements."""
        marked = _mark(x + width - 20, y + 18, action)
        heading = _cut(
            title, int((width - 28 - indent - (_MARK if marked else 0)) / _LETTERS["heading"])
        )
        self.frames.insert(
            0,
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="10" '
            f'class="{kind}"/><text x="{x + 14 + indent:g}" y="{y + 22:g}" class="heading">'
            f"{escape(heading)}</text>{marked}",
        )

    def arrow(self, *points: tuple[float, float]) -> None:
        """Draw an arrow through the points, above all other elements."""
        x, y = points[-1]
        down = points[-2][0] == x
        end = (x, y - 8) if down else (x - 8, y)
        line = "L".join(f"{at_x:g} {at_y:g}" for at_x, at_y in (*points[:-1], end))
        head = f"M{x:g} {y:g}" + ("l-6 -9h12z" if down else "l-9 -6v12z")
        self.arrows.append(f'<path class="path" d="M{line}"/><path class="head" d="{head}"/>')

    def _box(self, x: float, y: float, width: float, height: float, one: "_Wrapped") -> None:
        part = one.part
        sign = labels.SIGNS[part.action]
        changes = part.action is not Action.NOTHING
        tooltip = ", ".join((part.label, *part.details)) + (f": {part.action}" if changes else "")
        kind = sign.css if changes else "route" if part.on_path else "unchanged"
        dashed = " dashed" if sign.css == "destroyed" else ""
        struck = " struck" if part.action is Action.DESTROY else ""
        texts, at = [], y + _PAD - 4
        for kind_of_text, lines, step in (
            (f"label{struck}", one.label, _LABEL),
            ("detail", one.details, _DETAIL),
        ):
            for line in lines:
                at += step
                texts.append(
                    f'<text x="{x + _PAD:g}" y="{at - 3:g}" class="{kind_of_text}">'
                    f"{escape(line)}</text>"
                )
        self.boxes.append(
            f"<g><title>{escape(tooltip)}</title>"
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" '
            f'class="{kind}{dashed}"/>{"".join(texts)}'
            f"{_mark(x + width - 18, y + 18, part.action)}</g>"
        )


@dataclass(frozen=True, kw_only=True)
class _Wrapped:
    """A part with its texts wrapped to the width of its box."""

    part: Part
    label: list[str]
    details: list[str]

    @classmethod
    def of(cls, part: Part, width: float) -> Self:
        room = width - 2 * _PAD
        beside_mark = room - (_MARK if part.action is not Action.NOTHING else 0)
        return cls(
            part=part,
            label=_lines(part.label, int(beside_mark / _LETTERS["label"])),
            details=[
                line
                for detail in part.details
                for line in _lines(detail, int(room / _LETTERS["detail"]))
            ],
        )

    @property
    def height(self) -> float:
        return 2 * _PAD - 4 + _LABEL * len(self.label) + _DETAIL * len(self.details)


def _mark(x: float, y: float, action: Action) -> str:
    if action is Action.NOTHING:
        return ""
    sign = labels.SIGNS[action]
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="10" class="mark-{sign.css}"/>'
        f'<text x="{x:g}" y="{y + 5.5:g}" class="mark">{escape(sign.mark)}</text>'
    )


def _lines(text: str, room: int) -> list[str]:
    """The text in lines; a word that is longer than a line is split."""
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    return [line[at : at + room] for line in lines for at in range(0, len(line), room)]


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(1, room - 1)]}\u2026"
