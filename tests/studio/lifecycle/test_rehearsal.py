"""What a rehearsal reports."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from settings import Settings
from studio.errors import StepFailed
from studio.lifecycle import emulated, rehearsal
from studio.terraform.stacks import Stack

PLAN = json.dumps({"format_version": "1.2"})


@dataclass(kw_only=True)
class Deployment:
    """Deploys one stack; each step reports a line as Terraform does."""

    settings: Settings
    out: Path
    report: Callable[[str], None]
    fails: bool = False

    def synthesize(self) -> None:
        assert self.settings.state.bucket == ""

    @property
    def stacks(self) -> list[Stack]:
        folder = self.out / "network"
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text('{"terraform": {}}')
        return [Stack(name="network", dependencies=frozenset(), folder=folder)]

    def plan(self, _: Stack) -> str:
        return PLAN

    def apply(self, _: Stack) -> None:
        self.report("created aws_vpc.a")
        if self.fails:
            raise StepFailed("`terraform apply` failed")


@contextmanager
def no_aws(**_: object) -> Iterator[SimpleNamespace]:
    yield SimpleNamespace(enter=lambda: None)


def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> list[str]:
    monkeypatch.setenv("STUDIO_VERSIONS", "")
    monkeypatch.setattr(emulated, "aws", no_aws)
    monkeypatch.setattr(rehearsal, "Deployment", lambda **given: Deployment(**given, fails=fails))
    reported: list[str] = []
    try:
        rehearsal.rehearse(Settings(), scratch=tmp_path, report=reported.append)
    except StepFailed:
        reported.append("failed")
    return reported


def test_a_rehearsal_does_not_read_like_a_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rehearsed(tmp_path, monkeypatch, fails=False) == ["rehearsal: network"]


def test_a_rehearsal_that_fails_reports_the_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rehearsed(tmp_path, monkeypatch, fails=True) == [
        "rehearsal: network",
        "rehearsal: created aws_vpc.a",
        "failed",
    ]
