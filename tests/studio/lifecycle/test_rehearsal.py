"""The child process of a rehearsal, and what it reports."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from studio.console import output
from studio.errors import StepFailed
from studio.lifecycle import rehearsal, stand_in
from studio.processes import children
from studio.terraform.stacks import Stack
from tests.studio.deployed import Deployed

PLAN = json.dumps({"format_version": "1.2"})


@dataclass(kw_only=True)
class Rehearsed(Deployed):
    """Two stacks; each apply reports a line as Terraform does."""

    fails: bool = False

    def __post_init__(self) -> None:
        self.out.mkdir(parents=True)
        (self.out / "cdk.tf.json").write_text('{"terraform": {}}')
        self.plans = dict.fromkeys(("network", "domain"), PLAN)

    @property
    def stacks(self) -> list[Stack]:
        return [Stack(name=name, dependencies=frozenset(), folder=self.out) for name in self.plans]

    @property
    def levels(self) -> list[list[Stack]]:
        return [[stack] for stack in self.stacks]

    @contextmanager
    def sharing_provider(self, stack: Stack) -> Iterator[None]:
        assert self.settings.state.bucket == ""
        assert self.log is None
        assert json.loads((stack.folder / "cdk.tf.json").read_text())["terraform"]["backend"]
        yield

    def apply(self, _: Stack) -> None:
        self.report("created aws_vpc.a")
        if self.fails:
            raise StepFailed("`terraform apply` failed")


def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> list[str]:
    monkeypatch.setattr(rehearsal, "Deployment", partial(Rehearsed, fails=fails))
    reported: list[str] = []
    try:
        rehearsal.deploy_stacks(Settings(), scratch=tmp_path, report=reported.append)
    except StepFailed:
        reported.append("failed")
    return reported


def test_a_plan_shows_the_ids_of_existing_resources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = {"vpc-0123456789abcdef0": "vpc-0fedcba9876543210"}
    monkeypatch.setattr(stand_in, "create_named", lambda *_: copies)
    monkeypatch.setattr(Rehearsed, "plan", lambda *_: '{"vpc_id": "vpc-0fedcba9876543210"}')
    rehearsed(tmp_path, monkeypatch, fails=False)
    assert (tmp_path / "network.json").read_text() == '{"vpc_id": "vpc-0123456789abcdef0"}'


def test_a_line_is_reported_for_each_stack_and_only_unknown_plans_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Rehearsed] = []

    def make(**given: Any) -> Rehearsed:
        made.append(Rehearsed(**given))
        return made[0]

    monkeypatch.setattr(rehearsal, "Deployment", make)
    reported: list[str] = []
    rehearsal.deploy_stacks(
        Settings(), scratch=tmp_path, planned=["network"], report=reported.append
    )
    assert reported == ["network", "domain"]
    assert made[0].done == ["create network", "create "]
    (written,) = tmp_path.glob("*.json")
    assert (written.name, written.read_text()) == ("domain.json", PLAN)


def test_a_rehearsal_that_fails_reports_the_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rehearsed(tmp_path, monkeypatch, fails=True) == [
        "network",
        "created aws_vpc.a",
        "failed",
    ]


@pytest.mark.usefixtures("no_emulator")
def test_the_error_has_the_last_line_of_the_child_process_which_calls_the_emulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []

    def stream(
        command: list[object],
        *,
        env: dict[str, str],
        each_line: Callable[[str], None],
        **_: object,
    ) -> int:
        given.extend((command, env))
        each_line("network")
        each_line("no such thing")
        return 1

    monkeypatch.setattr(rehearsal, "synthesize", lambda _, **inputs: given.append(inputs))
    monkeypatch.setattr(children, "stream", stream)
    reported: list[str] = []
    error = pytest.raises(StepFailed, match=r"^the rehearsal on an emulated AWS: no such thing$")
    with output.speaking(output.Output(verbose=True)), error:
        rehearsal.rehearse(
            Settings().from_file(tmp_path / "own.toml"),
            {"STUDIO_ENDPOINTS": "found"},
            scratch=tmp_path,
            planned=["network"],
            report=reported.append,
        )
    assert reported == ["rehearsal: network", "rehearsal: no such thing"]
    synthesis, command, env = given
    inputs = {"STUDIO_ENDPOINTS": "found", "STUDIO_VERSIONS": str(tmp_path / "versions.toml")}
    assert synthesis == {"config": tmp_path / "own.toml", "inputs": inputs}
    assert command[-4:] == ["--verbose", tmp_path / "own.toml", tmp_path, "network"]
    assert env["AWS_ENDPOINT_URL"] == "emulated"
    assert "AWS_PROFILE" not in env
    assert os.environ["AWS_PROFILE"] == "mine"
