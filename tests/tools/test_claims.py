"""docs/reference/claims.md has the claims and the results of the committed reports."""

import json
from pathlib import Path

import pytest

from tools import claims


def test_the_page_has_the_newest_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "DOCS", tmp_path)
    (tmp_path / "conformance").mkdir()
    for date, outcome in (("2027-01-01", "agrees"), ("2027-02-01", "differs")):
        claim = {"outcome": outcome, "answer": "AWS answered X" if outcome == "differs" else ""}
        report = {"region": "eu-west-1", "date": date, "claims": {"ec2-dry-run": claim}}
        (tmp_path / "conformance" / f"{date}.json").write_text(json.dumps(report))
    (row,) = [line for line in claims.page().splitlines() if line.startswith("| `ec2-dry-run`")]
    assert row.endswith("| differs (AWS answered X), eu-west-1, 2027-02-01 |")
