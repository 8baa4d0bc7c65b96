"""docs/reference/claims.md: what is taken for true about AWS, and what real accounts answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.claims import CLAIMS

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "reference" / "claims.md"


def page() -> str:
    """The text of docs/reference/claims.md."""
    return "\n".join((*_introduction(), *_rows(), ""))


def reports() -> list[dict[str, Any]]:
    """The committed reports of `make conformance`, oldest first."""
    found = [json.loads(path.read_text()) for path in DOCS.glob("conformance/*.json")]
    return sorted(found, key=lambda report: (report["date"], report["region"]))


def _introduction() -> Iterator[str]:
    yield "# What this project assumes about AWS"
    yield ""
    yield """`python -m tools.reference` writes this page from `catalog/claims.toml`.
`make conformance` asks a real account about each claim and writes a report below
`docs/conformance/`; the last column shows the committed reports, or why no test asks. Confidence:
documented by AWS; seen in a public report; likely, as it follows from one of these; or assumed.
`emulator/README.md` lists where the emulated AWS differs on purpose."""
    yield ""
    yield "| claim | source | confidence | what rests on it | asked on AWS |"
    yield "|---|---|---|---|---|"


def _rows() -> Iterator[str]:
    answers = _answers()
    for id_, claim in CLAIMS.items():
        never = f"not asked: {claim.unasked}" if claim.unasked else "not yet"
        asked = answers.get(id_, never)
        source = re.sub(r"https?://\S+", r"<\g<0>>", claim.source)
        cells = (f"`{id_}`: {claim.claim}", source, claim.confidence, claim.rests, asked)
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _answers() -> dict[str, str]:
    """The newest answer to each claim."""
    newest = {}
    for report in reports():
        for id_, found in report["claims"].items():
            if found["outcome"] != "not asked":
                said = f" ({found['answer']})" if found["answer"] else ""
                newest[id_] = f"{found['outcome']}{said}, {report['region']}, {report['date']}"
    return newest
