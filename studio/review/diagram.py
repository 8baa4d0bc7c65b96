"""The deployment as an SVG diagram that shows what changes.

Colour is never alone: a box that changes carries a mark, one that is destroyed is dashed, and the
diagram has a description in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from studio.review import labels
from studio.review.diagram_parts import Part, Parts, deployment_parts
from studio.review.review import Review
from studio.terraform.plan import Action

WIDTH = 1120
_PAD, _GAP, _BOX, _HEAD = 20, 12, 54, 34
_LETTER = 8.0
"""The average width of a letter of the labels in pixels, in the widest of the page's fonts."""

_DESCRIBED = 40
_LEGEND = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DESTROY, Action.NOTHING)


@dataclass
class _Drawing:
    """Boxes lie above frames, an earlier frame above a later one."""

    elements: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    def add(self, element: str) -> None:
        self.elements.append(element)

    def text(self, x: float, y: float, kind: str, content: str, width: float) -> None:
        letter = _LETTER if kind == "label" else _LETTER * 0.86
        room = max(4, int(width / letter))
        shown = content if len(content) <= room else f"{content[: room - 1]}\u2026"
        self.add(f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(shown)}</text>')

    def box(self, x: float, y: float, width: float, part: Part) -> None:
        sign = labels.SIGNS[part.action]
        tooltip = f"{part.label}{f', {part.detail}' if part.detail else ''}: {part.action}"
        self.add(f'<g class="part {sign.css}"><title>{escape(tooltip)}</title>')
        self.add(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{_BOX}" rx="8"/>')
        marked = part.action is not Action.NOTHING
        room = width - 24 - (26 if marked else 0)
        self.text(x + 12, y + (23 if part.detail else 32), "label", part.label, room)
        if part.detail:
            self.text(x + 12, y + 41, "detail", part.detail, room)
        if marked:
            self.add(f'<circle cx="{x + width - 20:g}" cy="{y + 20}" r="11"/>')
            self.add(
                f'<text x="{x + width - 20:g}" y="{y + 25}" class="mark">{escape(sign.mark)}</text>'
            )
        self.add("</g>")

    def grid(self, x: float, y: float, width: float, boxes: Sequence[Part], columns: int) -> float:
        """Draw boxes in rows; returns the y below them."""
        columns = max(1, columns)
        each = (width - _GAP * (columns - 1)) / columns
        for index, part in enumerate(boxes):
            row, column = divmod(index, columns)
            self.box(x + column * (each + _GAP), y + row * (_BOX + _GAP), each, part)
        rows = -(-len(boxes) // columns)
        return y + rows * (_BOX + _GAP)

    def frame(self, x: float, y: float, width: float, height: float, kind: str, title: str) -> None:
        self.frames.insert(
            0,
            f'<g class="{kind}"><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
            f'rx="12"/><text x="{x + 16:g}" y="{y + 23:g}" class="heading">{escape(title)}</text>'
            "</g>",
        )


def as_svg(review: Review) -> str:
    """An ``<svg>`` element; its colours are classes of the page's style sheet."""
    found, drawing = deployment_parts(review), _Drawing()
    inner, wide = _PAD * 2, WIDTH - _PAD * 4
    y = float(_PAD + _HEAD)
    top = y
    y += _HEAD + 4
    if found.vpc is not None:
        drawing.box(inner, y, wide, found.vpc)
        y += _BOX + _GAP
    y = _panel(drawing, inner, y, wide, "Subnets", found.subnets, min(6, len(found.subnets)))
    y = _panel(drawing, inner, y, wide, "VPC endpoints", found.endpoints, 6)
    y = _panel(drawing, inner, y, wide, "Studio", found.domain, 2)
    y = _panel(drawing, inner, y, wide, "Users", found.users, 4)
    drawing.frame(_PAD, top, WIDTH - 2 * _PAD, y - top + 4, "vpc", "VPC")
    y = _below(drawing, y + 4 + _GAP, found)
    height = y + _PAD
    drawing.frame(0, 0, WIDTH, height, "region", f"AWS, {labels.clean(review.region)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        'aria-labelledby="diagram-title diagram-text">'
        f'<title id="diagram-title">The deployment {escape(labels.clean(review.name))}</title>'
        f'<desc id="diagram-text">{escape(_described(review))}</desc>'
        f"{''.join([*drawing.frames, *drawing.elements])}</svg>"
    )


def legend() -> str:
    """The meaning of colours and marks, as a list."""
    items = "".join(
        f'<li class="{sign.css}"><span aria-hidden="true">{mark}</span>{action}</li>'
        for action in _LEGEND
        for sign in [labels.SIGNS[action]]
        for mark in ["" if action is Action.NOTHING else escape(sign.mark)]
    )
    return f'<ul class="legend" aria-label="Legend">{items}</ul>'


def _panel(
    drawing: _Drawing,
    x: float,
    y: float,
    width: float,
    title: str,
    boxes: Sequence[Part],
    columns: int,
) -> float:
    if not boxes:
        return y
    bottom = drawing.grid(x + _GAP, y + _HEAD, width - 2 * _GAP, boxes, columns)
    drawing.frame(x, y, width, bottom - y, "panel", title)
    return bottom + _GAP


def _below(drawing: _Drawing, y: float, found: Parts) -> float:
    """Draw what is outside the VPC in columns; returns the y below the tallest."""
    shown = [
        (title, boxes)
        for title, boxes in (
            ("Images", found.images),
            ("Keys", found.keys),
            ("Permissions", found.permissions),
        )
        if boxes
    ]
    if not shown:
        return y
    width = (WIDTH - 2 * _PAD - _GAP * (len(shown) - 1)) / len(shown)
    return max(
        _panel(drawing, _PAD + index * (width + _GAP), y, width, title, boxes, 1)
        for index, (title, boxes) in enumerate(shown)
    )


def _described(review: Review) -> str:
    changes = [
        f"{labels.title(change)} is {change.action}"
        for change in review.changes
        if change.action in labels.VERBS
    ]
    summary = labels.summarize(review.counts)
    more = [f"and {len(changes) - _DESCRIBED} more"] if len(changes) > _DESCRIBED else []
    return f"{summary}. {'; '.join(changes[:_DESCRIBED] + more)}" if changes else summary
