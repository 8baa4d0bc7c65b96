"""What `studio doctor` checks, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from studio.aws import client
from studio.aws.botocore_session import open_session
from studio.doctor.checks import CHECKS
from studio.doctor.context import Context
from studio.doctor.finding import Finding
from studio.doctor.model import Check, Outcome, Result, run_checks
from tests.studio.deployed_studio import DeployedStudio

TIER = "/ssm/managed-instance/activation-tier"
PROGRAMS = {
    "ssh": "echo OpenSSH_9.6p1 >&2",
    "ssh-keygen": "exit 1",
    "session-manager-plugin": "echo The Session Manager plugin was installed successfully.",
    "code": 'case "$1" in --version) printf "1.96.2\\nabcdef\\nx64\\n";; '
    "*) echo ms-vscode-remote.remote-ssh;; esac",
}


@dataclass
class DoctorSetup:
    """A deployment and a machine, of which a test breaks one part."""

    studio: DeployedStudio
    programs: Path
    context: Context
    monkeypatch: pytest.MonkeyPatch

    def results(self, checks: Iterable[Check] = CHECKS) -> dict[str, Result]:
        return {result.name: result for result in run_checks(checks, self.context)}

    def program(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def assert_fails_alone(
        self, name: str, damage: Break, found: str, *, checks: Iterable[Check] = CHECKS
    ) -> None:
        """Of these checks, only the one with this name fails after the damage."""
        damage(self)
        results = self.results(checks)
        assert names(results, Outcome.FAILED) == {name}
        assert found in results[name].found
        assert results[name].fix
        assert "{" not in results[name].fix


Break = Callable[[DoctorSetup], object]
Breaks = list[tuple[str, Break, str]]
"""The name of a check, what makes it fail, and what it then finds."""


def each(breaks: Breaks, *, of: Iterable[Check]) -> pytest.MarkDecorator:
    """Runs the test with each of these, which are of all these checks."""
    assert {name for name, *_ in breaks} == {check.name for check in of}
    ids = [f"{name}: {found}" for name, _, found in breaks]
    return pytest.mark.parametrize(("name", "damage", "found"), breaks, ids=ids)


def checks_in(module: ModuleType) -> list[Check]:
    """The checks that run a function of the module."""
    return [check for check in CHECKS if check.run in vars(module).values()]


def names(results: dict[str, Result], outcome: Outcome) -> set[str]:
    return {name for name, result in results.items() if result.outcome is outcome}


def no_credentials(setup: DoctorSetup) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        setup.monkeypatch.delenv(name)
    setup.monkeypatch.setattr(client, "default_session", open_session)


def only(findings: Iterable[Finding]) -> Finding:
    (found,) = findings
    return found
