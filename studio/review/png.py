"""A diagram as PNG, drawn by resvg, which needs no library of the system but a font."""

from settings import UserError
from studio.review.diagram_style import FONT

_ZOOM = 2.0
_BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


def as_png(svg: str) -> bytes:
    """Twice as large as the SVG says. Raises UserError."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise UserError(
            "PNG needs the package resvg-py, which is not installed; run `make setup`, or write "
            "an .svg"
        ) from None
    if not has_font():
        raise UserError(
            "PNG needs a font, and this system has none; install one, for example DejaVu Sans, "
            "or write an .svg"
        )
    return bytes(svg_to_bytes(svg_string=svg, zoom=_ZOOM))


def has_font() -> bool:
    """Whether the system has one of the diagram's fonts: resvg leaves out what it cannot write."""
    from resvg_py import svg_to_bytes

    letter = _BLANK.format(f"<style>text{{font-family:{FONT}}}</style><text y='9'>M</text>")
    return svg_to_bytes(svg_string=letter) != svg_to_bytes(svg_string=_BLANK.format(""))
