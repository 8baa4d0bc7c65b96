"""Draws a deployment as an SVG diagram, 560 pixels wide and readable at 400.

Does not rely on colour: changed boxes have a mark, destroyed boxes are dashed, and the diagram has
a description.
"""

from collections.abc import Sequence
from html import escape

from settings import Settings
from studio.review import labels
from studio.review.boxes import Part
from studio.review.canvas import GAP, Canvas
from studio.review.diagram_parts import Parts
from studio.review.styles import Theme, diagram_style
from studio.terraform.plan import Action

WIDTH = 560
_PAD, _INSET, _GUTTER, _HEAD = 12, 10, 20, 32
_MACHINE = Part(label="your machine", details=("editor, ssh; no open port",), on_path=True)
_MANAGER = Part(label="Systems Manager", details=("a session for each user",), on_path=True)
_LEGEND = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DESTROY, Action.NOTHING)


def as_svg(
    settings: Settings,
    parts: Parts,
    *,
    described: str,
    account: str = "",
    theme: Theme | None = None,
) -> str:
    """An ``<svg>`` element. Without a theme, it follows the preference of the reader's system.

    account: empty if unknown.
    """
    canvas = Canvas()
    x, width, y = _PAD * 2, WIDTH - 4 * _PAD, float(_PAD)
    if parts.has_path:
        y = canvas.row(x, y, width, [_MACHINE], 2) + 10
    top = y
    y += _HEAD
    if parts.has_path:
        canvas.arrow((x + _PAD, top - 10 - GAP), (x + _PAD, y))
        y = canvas.row(x, y, width, [_MANAGER], 2)
    y = _vpc(canvas, x, y, width, parts)
    if parts.account:
        y = canvas.row(x, y, width, parts.account, 2)
    heading = f"AWS {settings.region}{f', account {account}' if account else ''}"
    indent = _GUTTER if parts.has_path else 0
    canvas.frame(_PAD, top, WIDTH - 2 * _PAD, y - top, "region", heading, indent=indent)
    height = y + _PAD
    title = f"The deployment {settings.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0 {WIDTH} {height:g}" '
        f'width="{WIDTH}" height="{height:g}" role="img" '
        'aria-labelledby="diagram-title diagram-text">'
        f'<title id="diagram-title">{escape(title)}</title>'
        f'<desc id="diagram-text">{escape(described)}</desc>'
        f"<style>{diagram_style(theme)}</style>"
        f'<rect class="paper" width="{WIDTH}" height="{height:g}" rx="12"/>\n'
        f"{canvas.content()}</svg>\n"
    )


def legend() -> str:
    """The meaning of the colours and marks, as an HTML list."""
    items = "".join(
        f'<li class="{sign.css}"><span aria-hidden="true">{mark}</span>{action}</li>'
        for action in _LEGEND
        for sign in [labels.SIGNS[action]]
        for mark in ["" if action is Action.NOTHING else escape(sign.mark)]
    )
    return f'<ul class="legend" aria-label="Legend">{items}</ul>'


def _vpc(canvas: Canvas, x: float, y: float, width: float, parts: Parts) -> float:
    top = y
    y += _HEAD + 4
    across = x + _PAD
    left = across + (_GUTTER if parts.has_path else 0)
    inner = x + width - _PAD - left
    y = _panel(canvas, left, y, inner, "Subnets", parts.subnets)
    entry = y + _HEAD + 20
    boxes = [*parts.endpoints, *parts.groups]
    y = _panel(canvas, left, y, inner, "Endpoints and security groups", boxes)
    if parts.has_path:
        box, leave, users = left + _INSET, entry + 16, y + 40
        canvas.arrow((across, top - GAP), (across, entry), (box, entry))
        canvas.arrow((box, leave), (across, leave), (across, users), (left, users))
    y = _panel(canvas, left, y, inner, "Users, each in their own space", parts.users)
    y = _panel(canvas, left, y, inner, "Studio", parts.domain)
    vpc = parts.vpc
    heading = ", ".join((vpc.label, *vpc.details))
    canvas.frame(x, top, width, y - top, "vpc", heading, action=vpc.action, indent=left - across)
    return y + GAP


def _panel(
    canvas: Canvas, x: float, y: float, width: float, title: str, boxes: Sequence[Part]
) -> float:
    if not boxes:
        return y
    bottom = canvas.row(x + _INSET, y + _HEAD, width - 2 * _INSET, boxes, min(2, len(boxes)))
    canvas.frame(x, y, width, bottom - y, "panel", title)
    return bottom + GAP
