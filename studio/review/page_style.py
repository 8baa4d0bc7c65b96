"""The style sheet of a review's page; a colour for each action."""

STYLE = """
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--text:#1d2530;--soft:#5d6875;--line:#d9dee5;
--created:#187a3c;--created-bg:#e3f6e9;--changed:#8a5a00;--changed-bg:#fff4d1;--replaced:#b4440c;
--replaced-bg:#ffe9dc;--destroyed:#c11c34;--destroyed-bg:#ffe6e9;--unchanged:#5d6875;
--unchanged-bg:#fff;--vpc:#eef3fb;--vpc-line:#a9c0e4}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2028;--text:#e6eaf0;--soft:#9aa6b4;
--line:#323b47;--created:#5fd08a;--created-bg:#143222;--changed:#f0c04a;--changed-bg:#382c0c;
--replaced:#ff9a62;--replaced-bg:#3d2212;--destroyed:#ff7a8a;--destroyed-bg:#401820;
--unchanged:#9aa6b4;--unchanged-bg:#1f2630;--vpc:#161e2b;--vpc-line:#3a5585}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);line-height:1.5;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
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
.diagram{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:14px}
svg{display:block;width:100%;min-width:760px;height:auto}
svg .region>rect{fill:none}svg .vpc>rect{fill:var(--vpc);stroke:var(--vpc-line);stroke-width:1.5}
svg .panel>rect{fill:var(--card);stroke:var(--line)}
svg .part rect{fill:var(--b);stroke:var(--c);stroke-width:1.75}
svg .unchanged rect{stroke:var(--line);stroke-width:1}
svg .destroyed rect{stroke-dasharray:6 4}svg .part circle{fill:var(--c)}
svg text{fill:var(--text)}svg .heading{font-size:14px;font-weight:600;fill:var(--soft)}
svg .label{font-size:13.5px;font-weight:600}svg .detail{font-size:12px;fill:var(--soft)}
svg .destroyed .label{text-decoration:line-through}
svg .mark{fill:var(--card);font-size:15px;font-weight:700;text-anchor:middle}
details{margin-bottom:14px}summary{cursor:pointer;padding:4px 0}
.table{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:8px 14px;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}th{color:var(--soft);font-weight:600}
.sign{color:var(--c);font-weight:600;white-space:nowrap}
a{color:inherit}
@media (max-width:700px){.tiles{grid-template-columns:1fr 1fr}h1{font-size:30px}}
@media print{body{background:#fff}details{break-inside:avoid}}
"""
