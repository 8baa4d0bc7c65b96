"""The style sheet inside the diagram's ``<svg>``."""

from string import Template

from studio.review import labels
from studio.review.palette import PALETTES, Theme

FONT = (
    'system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,"Liberation Sans","Noto Sans",'
    '"DejaVu Sans",sans-serif'
)
"""Includes fonts by name, because resvg supports no generic family."""

_SHAPES = f"""
.diagram text{{font-family:{FONT};font-size:13.5px}}
.diagram .heading,.diagram .label{{font-size:15px;font-weight:600}}
.diagram .struck{{text-decoration:line-through}}
.diagram .mark{{font-size:16px;font-weight:700;text-anchor:middle}}
.diagram rect{{stroke-width:1}}
.diagram .path{{fill:none;stroke-width:2.5}}
.diagram .dashed{{stroke-dasharray:6 4;stroke-width:1.75}}
"""
_COLOURS = Template("""
.diagram .paper{fill:$card}
.diagram text{fill:$text}
.diagram .detail,.diagram .heading{fill:$soft}
.diagram .region{fill:$bg;stroke:$line}
.diagram .vpc{fill:$vpc;stroke:$vpc_line}
.diagram .panel{fill:$card;stroke:$line}
.diagram .unchanged{fill:$unchanged_bg;stroke:$line}
.diagram .route{fill:$path_bg;stroke:$path}
.diagram .path{stroke:$path}
.diagram .head{fill:$path}
.diagram .mark{fill:$card}
""")
_ACTION = Template("""
.diagram .$css{fill:$background;stroke:$colour}
.diagram .mark-$css{fill:$colour}
""")


def style(theme: Theme | None) -> str:
    """The style sheet. Without a theme, it follows the preference of the reader's system."""
    if theme is not None:
        return _SHAPES + _coloured(theme)
    dark = f"@media (prefers-color-scheme:dark){{{_coloured(Theme.DARK)}}}"
    return _SHAPES + _coloured(Theme.LIGHT) + dark


def _coloured(theme: Theme) -> str:
    palette = PALETTES[theme]
    names = {name.replace("-", "_"): colour for name, colour in palette.items()}
    changed = sorted({sign.css for sign in labels.SIGNS.values()} - {"unchanged"})
    return _COLOURS.substitute(names) + "".join(
        _ACTION.substitute(css=css, colour=palette[css], background=palette[f"{css}-bg"])
        for css in changed
    )
