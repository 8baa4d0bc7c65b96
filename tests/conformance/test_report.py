"""The report says "differs" where AWS does: by a switch that is turned, or by a lie."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.claims import CLAIMS
from studio_emulator.options import Options
from studio_emulator.server import Emulator
from tests.conformance import lies
from tests.conformance.__main__ import main
from tests.conformance.estimate import estimate
from tests.conformance.lies import LIES

SWITCHED = sorted(id_ for id_, claim in CLAIMS.items() if claim.switch is not None)
_SPEED = 20_000


@pytest.fixture(scope="module")
def aws(aws_of_file: Emulator) -> Iterator[Emulator]:
    """An emulated AWS, which the environment names."""
    aws_of_file.options.update({"speed": _SPEED})
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.copy():
            if name.startswith("AWS_"):
                patch.delenv(name)
        for name, value in aws_of_file.environment().items():
            patch.setenv(name, value)
        yield aws_of_file


def asked(report: Path, *claims: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the claims of a report."""
    words = [word for id_ in claims for word in ("--only", id_)]
    handler = signal.getsignal(signal.SIGTERM)
    try:
        code = main(["--yes", "--report", str(report), *words])
    finally:
        signal.signal(signal.SIGTERM, handler)
    answers: dict[str, Any] = json.loads(report.read_text())["claims"]
    return code, answers


@pytest.fixture(scope="module")
def report_of_switches(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The claims of a run against an emulated AWS whose switches are all turned."""
    turned = {c.switch: c.otherwise for c in CLAIMS.values() if c.switch is not None}
    aws.options.update(turned)
    code, claims = asked(tmp_path_factory.mktemp("turned") / "report.json", *SWITCHED)
    assert code == 1
    assert claims.keys() == set(SWITCHED)
    return claims


@pytest.mark.parametrize("id_", SWITCHED)
def test_a_switch_that_is_turned_is_a_difference(
    report_of_switches: dict[str, Any], id_: str
) -> None:
    assert report_of_switches[id_]["outcome"] == "differs"
    assert report_of_switches[id_]["answer"]


def test_a_run_leaves_nothing_and_another_agrees(
    aws: Emulator, report_of_switches: dict[str, Any], tmp_path: Path
) -> None:
    assert report_of_switches
    assert aws.inventory() == []
    code, claims = asked(tmp_path / "report.json", "domain-with-profiles", "kms-waiting-period")
    assert code == 0
    assert {claim["outcome"] for claim in claims.values()} == {"agrees"}
    assert aws.inventory() == []


@pytest.fixture(scope="module")
def report_of_lies(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The claims of a run against an emulated AWS that contradicts ten of them."""
    aws.reset()
    aws.options.update(Options(speed=_SPEED).as_dict())
    with pytest.MonkeyPatch.context() as patch:
        lies.tell(patch)
        code, claims = asked(
            tmp_path_factory.mktemp("lies") / "report.json", *LIES, "profile-with-space"
        )
    assert code == 1
    return claims


@pytest.mark.parametrize("id_", LIES)
def test_an_answer_that_contradicts_a_claim_is_a_difference(
    report_of_lies: dict[str, Any], id_: str
) -> None:
    assert report_of_lies[id_]["outcome"] == "differs"
    assert report_of_lies[id_]["answer"]


def test_the_other_answers_agree(report_of_lies: dict[str, Any]) -> None:
    assert report_of_lies["profile-with-space"]["outcome"] == "agrees"


@pytest.mark.usefixtures("aws")
def test_without_a_terminal_it_asks_for_yes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # tests/e2e/test_conformance.py runs the process.
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main([]) == 2
    whole = estimate(CLAIMS)
    printed = capsys.readouterr()
    assert f"about {whole.minutes:.0f} minutes and costs at most {whole.usd:.2f} USD" in printed.out
    assert printed.err == "conformance: no terminal to ask at: add --yes\n"
