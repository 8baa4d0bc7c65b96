"""The colours and style sheets of the review's page and of the diagram, light and dark."""

from collections.abc import Mapping
from enum import StrEnum
from string import Template

from studio.review import labels


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


_COLOURS: Mapping[str, tuple[str, str]] = {
    "bg": ("#f5f6f8", "#12161c"),
    "card": ("#ffffff", "#1a2028"),
    "text": ("#1d2530", "#e6eaf0"),
    "soft": ("#55606d", "#a7b2bf"),
    "line": ("#c9d0d9", "#414c5a"),
    "created": ("#187a3c", "#5fd08a"),
    "created-bg": ("#e3f6e9", "#143222"),
    "changed": ("#8a5a00", "#f0c04a"),
    "changed-bg": ("#fff4d1", "#382c0c"),
    "replaced": ("#b4440c", "#ff9a62"),
    "replaced-bg": ("#ffe9dc", "#3d2212"),
    "destroyed": ("#c11c34", "#ff7a8a"),
    "destroyed-bg": ("#ffe6e9", "#401820"),
    "unchanged": ("#55606d", "#a7b2bf"),
    "unchanged-bg": ("#ffffff", "#1f2630"),
    "vpc": ("#eef3fb", "#161e2b"),
    "vpc-line": ("#8fabd6", "#4a689c"),
    "path": ("#0b69a3", "#6cc4f5"),
    "path-bg": ("#e3f4ff", "#0f2a3d"),
}
"""By name: light, dark."""

PALETTES: Mapping[Theme, Mapping[str, str]] = {
    Theme.LIGHT: {name: light for name, (light, _) in _COLOURS.items()},
    Theme.DARK: {name: dark for name, (_, dark) in _COLOURS.items()},
}

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
_COLOURED = Template("""
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


def diagram_style(theme: Theme | None) -> str:
    """The diagram's style sheet. Without a theme, it follows the preference of the system."""
    if theme is not None:
        return _SHAPES + _coloured(theme)
    dark = f"@media (prefers-color-scheme:dark){{{_coloured(Theme.DARK)}}}"
    return _SHAPES + _coloured(Theme.LIGHT) + dark


def _coloured(theme: Theme) -> str:
    palette = PALETTES[theme]
    names = {name.replace("-", "_"): colour for name, colour in palette.items()}
    changed = sorted({sign.css for sign in labels.SIGNS.values()} - {"unchanged"})
    return _COLOURED.substitute(names) + "".join(
        _ACTION.substitute(css=css, colour=palette[css], background=palette[f"{css}-bg"])
        for css in changed
    )


def _variables(theme: Theme) -> str:
    """The palette as CSS variables."""
    return ";".join(f"--{name}:{colour}" for name, colour in PALETTES[theme].items())


PAGE_STYLE = (
    f"""
:root{{color-scheme:light dark;{_variables(Theme.LIGHT)}}}
@media (prefers-color-scheme:dark){{:root{{{_variables(Theme.DARK)}}}}}
body{{font:16px/1.5 {FONT}}}
"""
    + """
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text)}
main{max-width:1180px;margin:0 auto;padding:36px 24px 64px}
h1{font-size:40px;line-height:1.1;margin:0 0 16px;letter-spacing:-.02em}
h2{font-size:20px;margin:44px 0 14px}h3{font-size:16px;margin:0;display:inline}
header>p:first-child{margin:0 0 4px;color:var(--soft)}
.note,small{color:var(--soft);font-weight:400;font-size:14px}
small{display:block;font-size:12px;font-family:ui-monospace,Menlo,"DejaVu Sans Mono",monospace}
.created{--c:var(--created);--b:var(--created-bg)}.changed{--c:var(--changed);--b:var(--changed-bg)}
.replaced{--c:var(--replaced);--b:var(--replaced-bg)}
.destroyed{--c:var(--destroyed);--b:var(--destroyed-bg)}
.unchanged{--c:var(--unchanged);--b:var(--unchanged-bg)}
.verdict{display:inline-block;margin:0;padding:8px 18px;border-radius:10px;font-weight:600;
font-size:18px;color:var(--c);background:var(--b);border:1px solid var(--c)}
.tiles,.legend,.risks ul{list-style:none;margin:20px 0 0;padding:0}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:12px}
.tiles li{background:var(--card);border:1px solid var(--line);
border-top:4px solid var(--c,var(--text));
border-radius:10px;padding:12px 16px;color:var(--soft)}
.tiles b{display:block;font-size:28px;line-height:1.2;color:var(--c,var(--text))}
.tiles .none{--c:var(--line)}.tiles .none b{color:var(--soft)}
.risks li{background:var(--destroyed-bg);border-left:5px solid var(--destroyed);border-radius:8px;
padding:14px 18px;margin-bottom:12px}
.risks p{margin:4px 0 0}
.legend li{display:flex;align-items:center}
.legend{display:flex;flex-wrap:wrap;gap:8px 22px;margin:0 0 12px;color:var(--soft);font-size:14px}
.legend span{display:inline-grid;place-items:center;width:22px;height:22px;margin-right:8px;
border-radius:6px;border:1.5px solid var(--c);background:var(--b);color:var(--c);font-weight:700}
.legend .destroyed span{border-style:dashed}
.columns{display:grid;gap:0 28px}
@media (min-width:1100px){.columns{grid-template-columns:560px minmax(0,1fr)}}
svg.diagram{display:block;width:100%;max-width:640px;height:auto;border:1px solid var(--line);
border-radius:12px}
details{margin-bottom:14px}summary{cursor:pointer;padding:4px 0}
.table{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:8px 14px;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}th{color:var(--soft);font-weight:600}
.sign{color:var(--c);font-weight:600;white-space:nowrap}
a{color:inherit}
@media (max-width:700px){.tiles{grid-template-columns:1fr 1fr}h1{font-size:30px}
main{padding:24px 12px 48px}thead,td:empty{display:none}td{display:block;border:0;padding:2px 14px}
tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}td{overflow-wrap:anywhere}
td[data-title]:not([data-title=""])::before{content:attr(data-title) ": ";color:var(--soft)}}
@media print{body{background:#fff}details{break-inside:avoid}}
"""
)
