"""Creating and destroying stacks in the order of their dependencies."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from settings import Settings
from studio.errors import StepFailed
from studio.terraform import deployment as deployments
from studio.terraform.deployment import Deployment
from studio.terraform.runner import Terraform
from tests.studio.deployed import STACKS
from tests.studio.states import state_of
from tests.studio.terraform.clone import write_stacks

KEPT = {
    "provider": {"aws": [{"region": "us-east-1"}]},
    "resource": {
        "aws_kms_key": {"key": {"description": "homes", "lifecycle": {"prevent_destroy": True}}},
    },
}
"""With `domain.retention = "Retain"`, `cdktf destroy` keeps the key of the homes."""


@dataclass
class Runs:
    """The stacks that Terraform initializes and destroys. fails: whether it applies none."""

    initialized: list[str] = field(default_factory=list)
    destroyed: list[str] = field(default_factory=list)
    fails: bool = False


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    runs = Runs()

    def run(_: Terraform, folder: Path, words: Sequence[str]) -> None:
        assert words[0] == "init"
        runs.initialized.append(folder.name)

    def stream(_: Terraform, folder: Path, words: Sequence[str]) -> None:
        assert "-auto-approve" in words
        if runs.fails:
            raise StepFailed("AWS is down")
        if words[0] == "destroy":
            assert "prevent_destroy" not in (folder / "cdk.tf.json").read_text()
            runs.destroyed.append(folder.name)

    monkeypatch.setattr(Terraform, "run", run)
    monkeypatch.setattr(Terraform, "stream", stream)
    return runs


def deployed(folder: Path, with_state: Collection[str]) -> Deployment:
    """A deployment. with_state: the stacks whose state holds a resource."""
    out = folder / "cdktf.out"
    write_stacks(out, dict.fromkeys(STACKS, KEPT), STACKS)
    for name in with_state:
        (folder / f"terraform.{name}.tfstate").write_text(state_of("aws_vpc", {}))
    return Deployment(settings=Settings(), out=out, report=lambda _: None)


def test_the_errors_of_a_temporary_deployment_name_no_log_that_is_deleted_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployments, "copy_synthesis", lambda *_, **__: None)
    monkeypatch.setattr(Deployment, "stacks", [])
    with Deployment.read_only(settings=Settings(), out=tmp_path) as temporary:
        assert temporary.runner.log is None
    assert Deployment(settings=Settings(), out=tmp_path).runner.log


def test_a_state_that_a_killed_run_truncated_is_restored_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deployment, "synthesize", lambda _: None)
    deployment, said = deployed(tmp_path, ["role", "users"]), list[str]()
    deployment.report = said.append
    state = tmp_path / "terraform.role.tfstate"
    whole = state.read_text()
    (tmp_path / "terraform.role.tfstate.backup").write_text(whole)
    state.write_text(whole[:40])
    deployment.prepare()
    assert state.read_text() == whole
    assert said == ["role: a killed run truncated its state; serial 3 is restored from the backup"]


def test_each_stack_is_destroyed_after_its_dependents(tmp_path: Path, runs: Runs) -> None:
    deployment = deployed(tmp_path, STACKS)
    deployment.destroy(list(STACKS))
    gone = runs.destroyed
    assert sorted(gone) == sorted(runs.initialized) == sorted(STACKS)
    for name, before in STACKS.items():
        assert all(gone.index(name) < gone.index(below) for below in before)


def test_a_stack_is_destroyed_with_its_state_and_provider_only(tmp_path: Path) -> None:
    deployment = deployed(tmp_path, ["role"])
    deployment.destroy(["role", "network"])
    (role,) = deployment.named(["role"])
    written = json.loads((role.folder / "cdk.tf.json").read_text())
    assert written == {"provider": KEPT["provider"]}
    (network,) = deployment.named(["network"])
    assert json.loads((network.folder / "cdk.tf.json").read_text()) == KEPT


@pytest.mark.parametrize(
    ("held", "wanted"), [(["users", "role"], [*STACKS]), (["image", "ecr"], ["image", "ecr"])]
)
def test_destroy_skips_stacks_and_ignores_dependents_without_resources(
    tmp_path: Path, runs: Runs, held: list[str], wanted: list[str]
) -> None:
    deployed(tmp_path, held).destroy(wanted)
    assert runs.destroyed == held


def test_destroy_refuses_a_stack_with_a_deployed_dependent(tmp_path: Path, runs: Runs) -> None:
    deployment = deployed(tmp_path, STACKS)
    with pytest.raises(StepFailed, match=r"^network cannot be destroyed before users$"):
        deployment.destroy(["domain", "network"])
    assert runs.destroyed == []


def test_a_command_initializes_each_stack_once(tmp_path: Path, runs: Runs) -> None:
    deployment = deployed(tmp_path, ["users"])
    for stack in deployment.stacks[-2:]:
        deployment.create([stack])
    deployment.destroy(["users"])
    assert sorted(runs.initialized) == sorted(STACKS)
    assert runs.destroyed == ["users"]


def test_a_failed_run_leaves_its_stacks_unfinished(tmp_path: Path, runs: Runs) -> None:
    deployment = deployed(tmp_path, [])
    first = deployment.named(["network", "role"])
    runs.fails = True
    with pytest.raises(StepFailed, match="AWS is down"):
        deployment.create(first)
    assert deployment.unfinished_stacks() & {"network", "role"}
    runs.fails = False
    deployment.create(first)
    assert deployment.unfinished_stacks() == frozenset()
