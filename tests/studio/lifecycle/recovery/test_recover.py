"""Recovery imports what a killed run created, and no other resource."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from settings import UserError
from studio.lifecycle.recovery.recover import Recovery, recover
from studio_emulator.server import Emulator
from tests.studio.account import Studio
from tests.studio.deployed import PLANNED
from tests.studio.states import planned, resource, state_with

POLICY = "aws_ecr_lifecycle_policy"


def test_it_says_why_a_stack_cannot_be_planned(tmp_path: Path) -> None:
    terraform = MagicMock(side_effect=UserError("no image is pushed"))
    assert recover(terraform, tmp_path / "image") == Recovery(unplanned="no image is pushed")
    assert [one.args[0] for one in terraform.mock_calls] == ["plan"]


class Terraform:
    """Plans to create repositories and their policies; notes what it is asked for."""

    def __init__(
        self, folder: Path, repositories: Sequence[str], *, of_imports: str = "no-op"
    ) -> None:
        self.folder = folder
        self.of_imports = of_imports
        self.repositories = repositories
        self.asked: list[str] = []
        self.blocks: list[dict[str, str]] = []
        self.targets: set[str] = set()

    def __call__(self, *words: str) -> str:
        self.asked.append(words[0])
        if words[0] == "plan":
            file = self.folder / "recovery.tf.json"
            self.targets = {word.removeprefix("-target=") for word in words if "-target" in word}
            self.blocks = json.loads(file.read_text())["import"] if file.exists() else []
            return "\n".join(map(json.dumps, self.events()))
        return json.dumps(self.plan()) if words[0] == "show" else ""

    def events(self) -> Iterator[dict[str, Any]]:
        for change in self.plan()["resource_changes"]:
            (action,) = change["change"]["actions"]
            doing = {"no-op": "import"}.get(action, action)
            planned = {"action": doing, "resource": {"addr": change["address"]}}
            yield {"type": "planned_change", "change": planned}
        yield PLANNED

    def plan(self) -> dict[str, Any]:
        imported = {block["to"] for block in self.blocks}
        values = dict[str, dict[str, Any]]()
        for name in self.repositories:
            values[f"aws_ecr_repository.{name}"] = {"name": name, "tags_all": {}}
            values[f"{POLICY}.{name}"] = {"repository": name, "tags_all": None}
        changes = [
            planned(
                address,
                actions=[self.of_imports if address in imported else "create"],
                after=after,
            )
            for address, after in values.items()
            if not self.targets or address in self.targets
        ]
        return {"resource_changes": changes}


@pytest.mark.parametrize(
    ("wanted", "existing"),
    [
        ([], []),
        (["one"], ["one"]),
        (["one", "new"], ["one"]),
        (["one", "two", "three", "new"], ["one", "two", "three", "new"]),
        (["one", "two", "three", "new"], ["one", "two", "three"]),
    ],
)
def test_one_apply_imports_all_existing_resources_unless_they_are_few(
    aws: Emulator, folder: Path, wanted: list[str], existing: list[str]
) -> None:
    rule = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
        "action": {"type": "expire"},
    }
    ecr = aws.client("ecr")
    for name in existing:
        ecr.create_repository(repositoryName=name)
        policy = json.dumps({"rules": [rule]})
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=policy)
    terraform = Terraform(folder, wanted)
    done = recover(terraform, folder)
    assert set(done.imported) == {
        f"{kind}.{name}" for name in existing for kind in ("aws_ecr_repository", POLICY)
    }
    assert done.complete == (wanted == existing)
    missing = set() if done.complete else {"aws_ecr_repository.new", f"{POLICY}.new"}
    assert set(done.missing) == missing
    imports = ["apply"] if wanted == existing or len(existing) > 1 else ["import", "import"]
    assert [word for word in terraform.asked if word in ("apply", "import")] == imports
    if done.complete:
        assert terraform.asked == [*["plan", "show"] * bool(wanted), "plan", "apply"]
    assert not (folder / "recovery.tf.json").exists()


def test_a_plan_that_replaces_what_it_imports_is_not_applied(aws: Emulator, folder: Path) -> None:
    for name in ("one", "two", "three"):
        aws.client("ecr").create_repository(repositoryName=name)
    terraform = Terraform(folder, ["one", "two", "three"], of_imports="replace")
    recover(terraform, folder)
    assert "apply" not in terraform.asked
    assert terraform.asked.count("import") == 3


def test_state_gets_the_retention_policy_that_an_import_leaves_empty(
    ours: Studio, folder: Path
) -> None:
    """Without it, the next plan replaces the domain."""
    address = "aws_sagemaker_domain.one"
    state = state_with(resource("aws_sagemaker_space", {}), resource("aws_sagemaker_domain", {}))
    policy = [{"home_efs_file_system": "Retain"}]
    after = {"domain_name": ours.name, "tags_all": {}, "retention_policy": policy}
    change = planned(address, actions=["create"], after=after)
    imported, pushed = list[str](), list[dict[str, Any]]()

    def terraform(*words: str) -> str:
        match words:
            case ["plan", *_]:
                action = "no-op" if imported else "create"
                event = {"action": action, "resource": {"addr": address}}
                events = {"type": "planned_change", "change": event}, PLANNED
                return "\n".join(map(json.dumps, events))
            case ["show", *_]:
                return json.dumps({"resource_changes": [change]})
            case ["import", *_, id_]:
                imported.append(id_)
            case ["state", "pull"]:
                return state
            case ["state", "push", file]:
                pushed.append(json.loads((folder / file).read_text()))
        return ""

    assert recover(terraform, folder).imported == (address,)
    assert imported == [ours.domain_id]
    (filled,) = pushed
    space, domain = (one["instances"][0]["attributes"] for one in filled["resources"])
    assert (filled["serial"], space, domain) == (4, {}, {"retention_policy": policy})
