"""The report says "differs" where AWS does: by a switch that is turned, or by a lie."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog.claims import CLAIMS
from settings.paths import PROJECT
from tests.conformance.estimate import estimate
from tests.conformance.lying_emulator import LIES

SWITCHED = sorted(id_ for id_, claim in CLAIMS.items() if claim.switch is not None)


@contextmanager
def emulator(*options: str, module: str = "studio_emulator") -> Iterator[dict[str, str]]:
    """The environment of an emulated AWS in a process of its own."""
    words = [word for option in options for word in ("--option", option)]
    command = [sys.executable, "-m", module, "--speed", "20000", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout is not None
        try:
            endpoint = process.stdout.readline().strip().partition("=")[2]
            clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
            yield clean | {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "emulated",
                "AWS_SECRET_ACCESS_KEY": "emulated",
            }
        finally:
            process.terminate()


def asked(environment: dict[str, str], report: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the claims of a report."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.conformance", "--yes", "--report", str(report), *words],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert report.is_file(), finished.stdout + finished.stderr
    claims: dict[str, Any] = json.loads(report.read_text())["claims"]
    return finished.returncode, claims


@pytest.fixture(scope="module")
def turned() -> Iterator[dict[str, str]]:
    """The environment of an emulated AWS whose switches are all turned."""
    otherwise = {c.switch: c.otherwise for c in CLAIMS.values() if c.switch is not None}
    with emulator(*(f"{switch}={value}".lower() for switch, value in otherwise.items())) as found:
        yield found


@pytest.fixture(scope="module")
def report_of_switches(
    turned: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    words = [word for id_ in SWITCHED for word in ("--only", id_)]
    code, claims = asked(turned, tmp_path_factory.mktemp("turned") / "report.json", *words)
    assert code == 1
    assert claims.keys() == set(SWITCHED)
    return claims


@pytest.mark.parametrize("id_", SWITCHED)
def test_a_switch_that_is_turned_is_a_difference(
    report_of_switches: dict[str, Any], id_: str
) -> None:
    assert report_of_switches[id_]["outcome"] == "differs"
    assert report_of_switches[id_]["answer"]


@pytest.fixture(scope="module")
def report_of_lies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The claims of a run against an emulated AWS that contradicts ten of them."""
    words = [word for id_ in (*LIES, "profile-with-space") for word in ("--only", id_)]
    with emulator(module="tests.conformance.lying_emulator") as environment:
        code, claims = asked(environment, tmp_path_factory.mktemp("lies") / "report.json", *words)
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


def test_a_run_leaves_nothing_and_another_agrees(
    turned: dict[str, str], report_of_switches: dict[str, Any], tmp_path: Path
) -> None:
    assert report_of_switches
    url = f"{turned['AWS_ENDPOINT_URL']}/_emulator/inventory"
    for words in ((), ("--only", "domain-with-profiles", "--only", "kms-waiting-period")):
        if words:
            code, claims = asked(turned, tmp_path / "report.json", *words)
            assert code == 0
            assert {claim["outcome"] for claim in claims.values()} == {"agrees"}
        with urllib.request.urlopen(url, timeout=30) as left:
            assert json.load(left) == []


def test_without_a_terminal_it_asks_for_yes(turned: dict[str, str]) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.conformance"],
        env=turned,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 2
    whole = estimate(CLAIMS)
    assert f"about {whole.minutes:.0f} minutes and costs at most {whole.usd:.2f} USD" in (
        finished.stdout
    )
    assert finished.stderr == "conformance: no terminal to ask at: add --yes\n"
