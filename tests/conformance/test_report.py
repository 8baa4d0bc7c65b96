"""The report says "differs" for another value of an option of the emulated AWS."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.claims import CLAIMS
from studio_emulator.server import Emulator
from tests.conformance.__main__ import main

SWITCHED = sorted(id_ for id_, claim in CLAIMS.items() if claim.switch is not None)


@pytest.fixture(scope="module")
def configured_aws(aws_of_file: Emulator) -> Iterator[Emulator]:
    """An emulated AWS, with its environment variables."""
    aws_of_file.options.update({"speed": 20_000})
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.copy():
            if name.startswith("AWS_"):
                patch.delenv(name)
        for name, value in aws_of_file.environment().items():
            patch.setenv(name, value)
        yield aws_of_file


def run(report: Path, *claims: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the claims in the report of a run."""
    words = [word for id_ in claims for word in ("--only", id_)]
    handler = signal.getsignal(signal.SIGTERM)
    try:
        code = main(["--yes", "--report", str(report), *words])
    finally:
        signal.signal(signal.SIGTERM, handler)
    results: dict[str, Any] = json.loads(report.read_text())["claims"]
    return code, results


@pytest.fixture(scope="module")
def report_of_switches(
    configured_aws: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The claims of a run on an emulated AWS with the other value of every option."""
    options = {c.switch: c.otherwise for c in CLAIMS.values() if c.switch is not None}
    configured_aws.options.update(options)
    code, claims = run(tmp_path_factory.mktemp("switches") / "report.json", *SWITCHED)
    assert code == 1
    assert claims.keys() == set(SWITCHED)
    return claims


@pytest.mark.parametrize("id_", SWITCHED)
def test_another_value_of_an_option_is_a_difference(
    report_of_switches: dict[str, Any], id_: str
) -> None:
    assert report_of_switches[id_]["outcome"] == "differs"
    assert report_of_switches[id_]["answer"]


def test_a_run_deletes_its_resources_and_a_second_run_agrees(
    configured_aws: Emulator, report_of_switches: dict[str, Any], tmp_path: Path
) -> None:
    assert report_of_switches
    assert configured_aws.inventory() == []
    code, claims = run(tmp_path / "report.json", "domain-with-profiles", "kms-waiting-period")
    assert code == 0
    assert {claim["outcome"] for claim in claims.values()} == {"agrees"}
    assert configured_aws.inventory() == []
