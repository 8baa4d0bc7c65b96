"""Plans, with the real Terraform and stacks without a provider."""

import json
from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from studio.terraform import runner
from studio.terraform.deployment import Deployment
from studio.terraform.planning import Planner, StackPlan
from studio.terraform.runner import StalePlan
from studio.terraform.state.locks import Locked
from tests.studio.terraform.clone import write_stacks
from tests.studio.terraform.state.locking import locked_by_another_process

BEFORE = "cross-stack-reference-input-first"
_ID = f"${{data.terraform_remote_state.{BEFORE}.outputs.id}}"


def backend(stack: str) -> dict[str, str]:
    return {"path": f"../../../terraform.{stack}.tfstate"}


def write(folder: Path, *, first: str, second: str) -> Deployment:
    """Two synthesized stacks; the second one reads an output of the first."""
    stacks: dict[str, dict[str, Any]] = {
        "first": {
            "resource": {"terraform_data": {"a": {"input": first}}},
            "output": {"id": {"value": "${terraform_data.a.output}"}},
        },
        "second": {
            "data": {
                "terraform_remote_state": {BEFORE: {"backend": "local", "config": backend("first")}}
            },
            "resource": {"terraform_data": {"b": {"input": [_ID, second]}}},
        },
    }
    out = folder / "cdktf.out"
    for name, document in stacks.items():
        document["terraform"] = {"backend": {"local": backend(name)}}
    write_stacks(out, stacks, {"first": [], "second": ["first"]})
    return Deployment(settings=Settings(), out=out, report=lambda _: None)


def planned(deployment: Deployment) -> dict[str, StackPlan]:
    return {one.stack: one for one in Planner(deployment).plan_stacks(deployment.deployed_stacks())}


def load_and_apply(deployment: Deployment, one: StackPlan) -> None:
    assert one.file is not None
    (stack,) = deployment.named([one.stack])
    deployment.load_plan(stack, content=one.file.content, lock=one.file.lock)
    deployment.apply(stack)


@pytest.mark.slow
def test_a_plan_can_be_applied_unless_a_dependency_changes(tmp_path: Path) -> None:
    deployment = write(tmp_path, first="1", second="2")
    found = planned(deployment)
    assert found["second"].plan is None
    load_and_apply(deployment, found["first"])
    assert deployment.output("first", "id") == "1"
    with pytest.raises(StalePlan, match=r"^first: another run changed its state after the plan$"):
        load_and_apply(deployment, found["first"])

    with locked_by_another_process(tmp_path / "terraform.first.tfstate"):
        found = planned(deployment)
    assert found["first"].plan is not None
    assert found["first"].plan.empty
    load_and_apply(deployment, found["second"])
    assert deployment.deployed_stacks() == {"first", "second"}

    (second,) = deployment.named(["second"])
    file = planned(deployment)["second"].file
    assert file is not None
    assert file.reuse(deployment, second)
    deployment.apply(second)
    state = tmp_path / "terraform.second.tfstate"
    document = json.loads(state.read_text())
    state.write_text(json.dumps(document | {"serial": document["serial"] + 1}))
    assert not file.reuse(deployment, second)

    changed = planned(write(tmp_path, first="one", second="2"))
    assert changed["first"].file is not None
    assert changed["second"].plan is not None
    assert not changed["second"].plan.empty
    assert changed["second"].file is None


@pytest.mark.slow
def test_apply_and_destroy_do_not_wait_for_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = write(tmp_path, first="1", second="2")
    first = deployment.named(["first"])
    deployment.create(first)
    # Terraform only waits for a lock that has an id.
    (tmp_path / ".terraform.first.tfstate.lock.info").write_text('{"ID": "1-2"}')
    monkeypatch.setattr(runner, "_DEPLOY_SECONDS", 30.0)
    with locked_by_another_process(tmp_path / "terraform.first.tfstate"):
        with pytest.raises(Locked):
            deployment.create(first)
        with pytest.raises(Locked):
            deployment.destroy(["first"])
