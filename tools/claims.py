"""docs/reference/claims.md: the claims about AWS, and the results on real accounts."""

import json
import re
from collections.abc import Iterator
from typing import Any

from catalog.claims import CLAIMS
from settings.paths import PROJECT

DOCS = PROJECT / "docs"
PAGE = DOCS / "reference" / "claims.md"

_HEAD = """# What this project assumes about AWS

`python -m tools.reference` writes this page from `catalog/claims.toml`.
`make conformance` checks the claims on a real account and writes a report to `docs/conformance/`.
The last column shows the results of the committed reports, or why no test checks the claim. The
confidence is: documented by AWS; seen in a public report; likely, because it follows from one of
these; or assumed. `emulator/README.md` lists intended differences of the emulated AWS.

| claim | source | confidence | used by | on AWS |
|---|---|---|---|---|"""


def page() -> str:
    """The text of docs/reference/claims.md."""
    return "\n".join((_HEAD, *_rows(), ""))


def reports() -> list[dict[str, Any]]:
    """The committed reports of `make conformance`, oldest first."""
    found = [json.loads(path.read_text()) for path in DOCS.glob("conformance/*.json")]
    return sorted(found, key=lambda report: (report["date"], report["region"]))


def _rows() -> Iterator[str]:
    results = _results()
    for id_, claim in CLAIMS.items():
        unchecked = f"not checked: {claim.unchecked}" if claim.unchecked else "not checked yet"
        result = results.get(id_, unchecked)
        source = re.sub(r"https?://\S+", r"<\g<0>>", claim.source)
        cells = (f"`{id_}`: {claim.claim}", source, claim.confidence, claim.used_by, result)
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _results() -> dict[str, str]:
    """The newest result of each claim."""
    newest = {}
    for report in reports():
        for id_, found in report["claims"].items():
            if found["outcome"] != "not checked":
                said = f" ({found['answer']})" if found["answer"] else ""
                newest[id_] = f"{found['outcome']}{said}, {report['region']}, {report['date']}"
    return newest
