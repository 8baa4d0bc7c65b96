"""The order in which stacks are destroyed, and those that are in the way."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event

import pytest

from studio.errors import StepFailed
from studio.terraform.deployment import Deployment
from studio.terraform.programs import Programs

DEPENDENCIES = {
    "ecr": [],
    "network": [],
    "role": [],
    "image": ["ecr", "role"],
    "domain": ["image", "network", "role"],
    "users": ["domain", "network", "role"],
}


@dataclass(frozen=True, kw_only=True)
class Noted(Programs):
    """Programs that do nothing; what Terraform is to destroy is noted."""

    initialized: list[str] = field(default_factory=list)
    destroyed: list[str] = field(default_factory=list)

    def cdktf(self, words: Sequence[str], *, seconds: float = 0.0) -> None:
        """The stacks are synthesized already."""
        assert (words, seconds) == (["synth"], 0.0)

    def terraform(
        self, folder: Path, words: Sequence[str], *, good: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        assert (words[0], good) == ("init", (0,))
        self.initialized.append(folder.name)
        return subprocess.CompletedProcess(words, 0, "", "")

    def watched(
        self, folder: Path, words: Sequence[str], *, seconds: float, halt: Event | None = None
    ) -> None:
        assert "-auto-approve" in words
        assert seconds > 0
        if words[0] == "destroy":
            assert halt is not None
            self.destroyed.append(folder.name)


class Standing(Deployment):
    @cached_property
    def programs(self) -> Noted:
        return Noted(out=self.out, report=self.report, started=self.started)


def deployed(folder: Path, standing: Collection[str]) -> Standing:
    """Synthesized stacks; the states of those that stand hold a resource."""
    out = folder / "cdktf.out"
    stacks = {
        name: {"dependencies": before, "workingDirectory": f"stacks/{name}"}
        for name, before in DEPENDENCIES.items()
    }
    for name in DEPENDENCIES:
        (out / "stacks" / name).mkdir(parents=True)
        backend = {"local": {"path": f"../../../terraform.{name}.tfstate"}}
        configuration = {"terraform": {"backend": backend}}
        (out / "stacks" / name / "cdk.tf.json").write_text(json.dumps(configuration))
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    one = {"mode": "managed", "type": "aws_vpc", "name": "one", "instances": [{"attributes": {}}]}
    for name in standing:
        state = {"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": [one]}
        (folder / f"terraform.{name}.tfstate").write_text(json.dumps(state))
    return Standing(out=out, report=lambda _: None)


def test_each_stack_goes_when_all_that_stand_on_it_have_gone(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, DEPENDENCIES)
    deployment.destroy(list(DEPENDENCIES))
    gone = deployment.programs.destroyed
    assert sorted(gone) == sorted(deployment.programs.initialized) == sorted(DEPENDENCIES)
    for name, before in DEPENDENCIES.items():
        assert all(gone.index(name) < gone.index(below) for below in before)


def test_what_holds_nothing_is_left_alone(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["users", "role"])
    deployment.destroy(list(DEPENDENCIES))
    assert deployment.programs.destroyed == ["users", "role"]


def test_nothing_is_destroyed_that_another_stack_stands_on(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, DEPENDENCIES)
    with pytest.raises(StepFailed, match=r"^network cannot go before users$"):
        deployment.destroy(["domain", "network"])
    assert deployment.programs.destroyed == []


def test_one_above_that_holds_nothing_is_not_in_the_way(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["image", "ecr"])
    deployment.destroy(["image", "ecr"])
    assert deployment.programs.destroyed == ["image", "ecr"]


def test_no_stack_is_initialized_twice_by_a_command(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["users"])
    for stack in deployment.stacks[-2:]:
        deployment.create(stack)
    deployment.destroy(["users"])
    assert sorted(deployment.programs.initialized) == sorted(DEPENDENCIES)
    assert deployment.programs.destroyed == ["users"]
