"""The order in which stacks are destroyed, and those that are in the way."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pytest

from settings import Settings
from studio.errors import StepFailed
from studio.terraform.deployment import Deployment
from studio.terraform.runner import Terraform

DEPENDENCIES = {
    "ecr": [],
    "network": [],
    "role": [],
    "image": ["ecr"],
    "domain": ["image", "network", "role"],
    "users": ["domain", "network", "role"],
}

KEPT = {
    "resource": {
        "aws_kms_key": {"key": {"description": "homes", "lifecycle": {"prevent_destroy": True}}},
        "aws_vpc": {"vpc": {"cidr_block": "10.0.0.0/16"}},
    }
}
"""With `domain.retention = "Retain"`, `cdktf destroy` keeps the key of the homes."""


@dataclass(frozen=True, kw_only=True)
class Recorded(Terraform):
    """A Terraform that does nothing; what it is to initialize and to destroy is recorded."""

    initialized: list[str] = field(default_factory=list)
    destroyed: list[str] = field(default_factory=list)
    fails: bool = False

    def run(
        self,
        folder: Path,
        words: Sequence[str],
        *,
        good: Sequence[int] = (0,),
        provider: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        assert (words[0], good, provider) == ("init", (0,), None)
        self.initialized.append(folder.name)
        return subprocess.CompletedProcess(words, 0, "", "")

    def stream(self, folder: Path, words: Sequence[str], *, seconds: float) -> None:
        assert "-auto-approve" in words
        assert seconds > 0
        if self.fails:
            raise StepFailed("AWS is down")
        if words[0] == "destroy":
            assert "prevent_destroy" not in (folder / "cdk.tf.json").read_text()
            self.destroyed.append(folder.name)


@dataclass(kw_only=True)
class Standing(Deployment):
    fails: bool = False

    @cached_property
    def runner(self) -> Recorded:
        return Recorded(
            log=self.out.parent / "studio.log",
            store=self.store,
            report=self.report,
            fails=self.fails,
        )


def deployed(folder: Path, standing: Collection[str]) -> Standing:
    """Synthesized stacks; the states of those that stand hold a resource."""
    out = folder / "cdktf.out"
    stacks = {
        name: {"dependencies": before, "workingDirectory": f"stacks/{name}"}
        for name, before in DEPENDENCIES.items()
    }
    for name in DEPENDENCIES:
        (out / "stacks" / name).mkdir(parents=True)
        (out / "stacks" / name / "cdk.tf.json").write_text(json.dumps(KEPT))
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    one = {"mode": "managed", "type": "aws_vpc", "name": "one", "instances": [{"attributes": {}}]}
    for name in standing:
        state = {"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": [one]}
        (folder / f"terraform.{name}.tfstate").write_text(json.dumps(state))
    return Standing(settings=Settings(), out=out, report=lambda _: None)


def test_each_stack_is_destroyed_after_all_that_depend_on_it(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, DEPENDENCIES)
    deployment.destroy(list(DEPENDENCIES))
    gone = deployment.runner.destroyed
    assert sorted(gone) == sorted(deployment.runner.initialized) == sorted(DEPENDENCIES)
    for name, before in DEPENDENCIES.items():
        assert all(gone.index(name) < gone.index(below) for below in before)


def test_what_is_to_be_destroyed_is_not_kept_by_its_lifecycle(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["role"])
    deployment.destroy(["role", "network"])
    (role,) = deployment.named(["role"])
    written = json.loads((role.folder / "cdk.tf.json").read_text())["resource"]
    assert written["aws_kms_key"] == {"key": {"description": "homes", "lifecycle": {}}}
    assert written["aws_vpc"] == KEPT["resource"]["aws_vpc"]
    (network,) = deployment.named(["network"])
    assert json.loads((network.folder / "cdk.tf.json").read_text()) == KEPT


def test_what_holds_nothing_is_left_alone(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["users", "role"])
    deployment.destroy(list(DEPENDENCIES))
    assert deployment.runner.destroyed == ["users", "role"]


def test_nothing_is_destroyed_that_another_stack_stands_on(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, DEPENDENCIES)
    with pytest.raises(StepFailed, match=r"^network cannot be destroyed before users$"):
        deployment.destroy(["domain", "network"])
    assert deployment.runner.destroyed == []


def test_one_above_that_holds_nothing_is_not_in_the_way(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["image", "ecr"])
    deployment.destroy(["image", "ecr"])
    assert deployment.runner.destroyed == ["image", "ecr"]


def test_no_stack_is_initialized_twice_by_a_command(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["users"])
    for stack in deployment.stacks[-2:]:
        deployment.create([stack])
    deployment.destroy(["users"])
    assert sorted(deployment.runner.initialized) == sorted(DEPENDENCIES)
    assert deployment.runner.destroyed == ["users"]


def test_a_run_that_fails_leaves_its_mark_and_the_next_one_removes_it(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, [])
    first = deployment.named(["network", "role"])
    with pytest.raises(StepFailed, match="AWS is down"):
        replace(deployment, fails=True).create(first)
    assert deployment.unfinished_stacks() & {"network", "role"}
    deployment.create(first)
    assert deployment.unfinished_stacks() == frozenset()
