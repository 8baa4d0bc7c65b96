"""Renders a diagram as PNG with resvg, which needs only a font from the system."""

from settings import UserError
from studio.review.styles import FONT

_BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


def as_png(svg: str) -> bytes:
    """The PNG in twice the size of the SVG. Raises UserError."""
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
    return bytes(svg_to_bytes(svg_string=svg, zoom=2.0))


def has_font() -> bool:
    """Whether the system has one of the diagram's fonts; without one, resvg omits texts."""
    from resvg_py import svg_to_bytes

    letter = _BLANK.format(f"<style>text{{font-family:{FONT}}}</style><text y='9'>M</text>")
    return svg_to_bytes(svg_string=letter) != svg_to_bytes(svg_string=_BLANK.format(""))
