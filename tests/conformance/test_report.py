"""The report says whether AWS agrees; "differs" for another value of an option."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from catalog.claims import CLAIMS
from studio_emulator.server import Emulator
from tests.conformance.__main__ import main
from tests.conformance.estimate import estimate

SWITCHED = sorted(id_ for id_, claim in CLAIMS.items() if claim.switch is not None)


@pytest.fixture
def configured_aws(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An emulated AWS, with its environment variables."""
    aws.options.update({"speed": 20_000})
    for name in os.environ.copy():
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return aws


def run(report: Path, *claims: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the claims in the report of a run."""
    words = [word for id_ in claims for word in ("--only", id_)]
    code = main(["--yes", "--report", str(report), *words])
    results: dict[str, Any] = json.loads(report.read_text())["claims"]
    return code, results


def test_another_value_of_an_option_is_a_difference(
    configured_aws: Emulator, tmp_path: Path
) -> None:
    switched = {c.switch: c.otherwise for c in CLAIMS.values() if c.switch is not None}
    configured_aws.options.update(switched)
    code, claims = run(tmp_path / "report.json", *SWITCHED)
    assert {id_: claim["outcome"] for id_, claim in claims.items()} == dict.fromkeys(
        SWITCHED, "differs"
    )
    assert all(claim["answer"] for claim in claims.values()), claims
    assert code == 1


@pytest.mark.usefixtures("configured_aws")
def test_a_run_without_a_difference(tmp_path: Path) -> None:
    code, claims = run(tmp_path / "report.json", "kms-waiting-period")
    assert (code, claims["kms-waiting-period"]["outcome"]) == (0, "agrees")


@pytest.mark.usefixtures("configured_aws")
def test_without_a_terminal_the_error_names_the_flag(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    whole = estimate(CLAIMS)
    assert main([]) == 2
    printed = capsys.readouterr()
    cost = f"about {whole.minutes:.0f} minutes and costs at most {whole.usd:.2f} USD"
    assert cost in printed.out
    assert printed.err == "conformance: no terminal for the confirmation: add --yes\n"
