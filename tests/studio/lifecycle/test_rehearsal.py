"""What a rehearsal reports."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings import Settings
from studio.errors import StepFailed
from studio.lifecycle import emulated, rehearsal
from studio.processes import children
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


def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> list[str]:
    monkeypatch.setattr(rehearsal, "Deployment", lambda **given: Deployment(**given, fails=fails))
    reported: list[str] = []
    try:
        rehearsal.deploy_stacks(Settings(), scratch=tmp_path, report=reported.append)
    except StepFailed:
        reported.append("failed")
    return reported


def test_a_rehearsal_does_not_read_like_a_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rehearsed(tmp_path, monkeypatch, fails=False) == ["network"]
    assert (tmp_path / "00.network.json").read_text() == PLAN


def test_a_rehearsal_that_fails_reports_the_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rehearsed(tmp_path, monkeypatch, fails=True) == [
        "network",
        "created aws_vpc.a",
        "failed",
    ]


def test_the_last_line_of_the_child_says_why_it_failed_and_its_environment_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []

    @contextmanager
    def no_aws(**_: object) -> Iterator[emulated.Aws]:
        yield emulated.Aws(url="http://127.0.0.1:1", environment={"AWS_ENDPOINT_URL": "emulated"})

    def stream(
        _: object, *, env: dict[str, str], each_line: Callable[[str], None], **__: object
    ) -> int:
        given.append(env)
        each_line("network")
        each_line("no such thing")
        return 1

    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setattr(emulated, "aws", no_aws)
    monkeypatch.setattr(children, "stream", stream)
    reported: list[str] = []
    with pytest.raises(StepFailed, match=r"^the rehearsal on an emulated AWS: no such thing$"):
        rehearsal.rehearse(Settings(), scratch=tmp_path, report=reported.append)
    assert reported == ["rehearsal: network", "rehearsal: no such thing"]
    (env,) = given
    assert env["AWS_ENDPOINT_URL"] == "emulated"
    assert env["STUDIO_VERSIONS"] == str(tmp_path / "versions.toml")
    assert "AWS_PROFILE" not in env
    assert os.environ["AWS_PROFILE"] == "mine"
