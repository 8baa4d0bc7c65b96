"""Runs checkov once for many documents, offline."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.processes.children import captured
from studio.toolchain.toolbox import CHECKOV_VENV

_OFFLINE = Path(__file__).parent / "offline"
_SECONDS = 120.0
_FRAMEWORKS = {"terraform_json": "synthesized", "terraform_plan": "plan"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of a rule for a resource.

    file: the path in the scanned folder. resource: the address without the type, which some results
    for templates omit.
    """

    form: str
    file: str
    check: str
    resource: str


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The results of checkov for a folder."""

    failed: frozenset[Finding]
    passed: frozenset[Finding]
    unreadable: tuple[str, ...]


def scan(folder: Path, log: Path) -> Scan:
    """Run checkov for all `*.tf.json` and plan documents in ``folder``.

    An attempt to use the network is written to ``log`` and fails the test.
    """
    command: list[str | Path] = [_installed("checkov"), "--directory", "."]
    command += ["--framework", *_FRAMEWORKS, "--output", "json", "--skip-download", "--compact"]
    log.touch()
    finished = captured(command, cwd=folder, env=offline(log), seconds=_SECONDS)
    # 1: a check failed.
    assert finished.returncode in (0, 1), finished.stderr
    assert not log.read_text(), f"checkov tried to use the network: {log.read_text()}"
    answer = json.loads(finished.stdout)
    reports = answer if isinstance(answer, list) else [answer]
    return _read(report for report in reports if "check_type" in report)


def offline(log: Path) -> dict[str, str]:
    """Environment variables without a network and without a configuration of checkov."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(log.parent),
        "PYTHONPATH": str(_OFFLINE),
        "OFFLINE_LOG": str(log),
        # Otherwise checkov asks PyPI for a newer version, even with --skip-download.
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
    }


def python() -> Path:
    """The Python interpreter of checkov."""
    return _installed("python")


def _installed(name: str) -> Path:
    found = CHECKOV_VENV / "bin" / name
    if not found.is_file():
        pytest.fail(
            "checkov is not installed: run `python3 -m scripts.setup --checks`", pytrace=False
        )
    return found


def _read(reports: Iterable[Mapping[str, Any]]) -> Scan:
    found: dict[str, set[Finding]] = {"failed_checks": set(), "passed_checks": set()}
    unreadable: list[str] = []
    for report in reports:
        results = report["results"]
        unreadable += results["parsing_errors"]
        assert not results["skipped_checks"], "a comment skips a check; SKIPS does"
        for kind, findings in found.items():
            findings |= {
                Finding(
                    form=_FRAMEWORKS[report["check_type"]],
                    file=result["file_path"].lstrip("/"),
                    check=result["check_id"],
                    resource=result["resource"].rpartition(".")[2],
                )
                for result in results.get(kind, [])
            }
    return Scan(
        failed=frozenset(found["failed_checks"]),
        passed=frozenset(found["passed_checks"]),
        unreadable=tuple(unreadable),
    )
