"""The report says "differs" where AWS does: by a switch that is turned, or by a lie."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog.claims import CLAIMS
from settings.paths import PROJECT
from studio.lifecycle import emulated
from tests.conformance.lying_emulator import LIES

SWITCHED = sorted(id_ for id_, claim in CLAIMS.items() if claim.switch is not None)


@contextmanager
def emulator(module: str = "studio_emulator") -> Iterator[emulated.Aws]:
    """An emulated AWS in a process of its own."""
    command = [sys.executable, "-m", module, "--speed", "20000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout is not None
        try:
            endpoint = process.stdout.readline().strip().partition("=")[2]
            clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
            environment = clean | {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "emulated",
                "AWS_SECRET_ACCESS_KEY": "emulated",
            }
            yield emulated.Aws(url=endpoint, environment=environment)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def _running() -> Iterator[emulated.Aws]:
    with emulator() as aws:
        yield aws


@pytest.fixture
def aws(_running: emulated.Aws) -> emulated.Aws:
    """A new account that is as the claims say."""
    _running.tell("reset", {})
    claimed = {c.switch: c.as_claimed for c in CLAIMS.values() if c.switch is not None}
    _running.tell("settings", claimed)
    return _running


def asked(aws: emulated.Aws, report: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the claims of a report."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.conformance", "--yes", "--report", str(report), *words],
        env=aws.environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert report.is_file(), finished.stdout + finished.stderr
    claims: dict[str, Any] = json.loads(report.read_text())["claims"]
    return finished.returncode, claims


@pytest.mark.parametrize("id_", SWITCHED)
def test_a_switch_that_is_turned_is_a_difference(
    id_: str, aws: emulated.Aws, tmp_path: Path
) -> None:
    aws.tell("settings", {str(CLAIMS[id_].switch): CLAIMS[id_].otherwise})
    code, claims = asked(aws, tmp_path / "report.json", "--only", id_)
    assert code == 1
    assert claims.keys() == {id_}
    assert claims[id_]["outcome"] == "differs"
    assert claims[id_]["answer"]


@pytest.fixture(scope="module")
def report_of_lies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The claims of a run against an emulated AWS that contradicts ten of them."""
    words = [word for id_ in (*LIES, "profile-with-space") for word in ("--only", id_)]
    with emulator("tests.conformance.lying_emulator") as aws:
        code, claims = asked(aws, tmp_path_factory.mktemp("lies") / "report.json", *words)
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


def test_a_run_leaves_nothing_and_can_be_repeated(aws: emulated.Aws, tmp_path: Path) -> None:
    for _ in range(2):
        words = ("--only", "domain-with-profiles", "--only", "kms-waiting-period")
        code, claims = asked(aws, tmp_path / "report.json", *words)
        assert code == 0
        assert {claim["outcome"] for claim in claims.values()} == {"agrees"}
    assert aws.inventory() == []


def test_without_a_terminal_it_asks_for_yes(aws: emulated.Aws) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.conformance"],
        env=aws.environment,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 2
    assert "at most 2 USD" in finished.stdout
    assert finished.stderr == "conformance: no terminal to ask at: add --yes\n"
