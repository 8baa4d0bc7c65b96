"""The style sheet of a review's page."""

from studio.review.diagram_style import FONT
from studio.review.palette import Theme, variables

STYLE = (
    f"""
:root{{color-scheme:light dark;{variables(Theme.LIGHT)}}}
@media (prefers-color-scheme:dark){{:root{{{variables(Theme.DARK)}}}}}
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
code{font-family:ui-monospace,Menlo,"DejaVu Sans Mono",monospace;font-size:14px;
overflow-wrap:anywhere}
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
