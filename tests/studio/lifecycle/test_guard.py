"""`studio up` applies only plans that it has checked for data loss."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import Settings, UserError
from studio.console import output
from studio.console.output import Output
from studio.errors import StepFailed
from studio.lifecycle import guard
from studio.lifecycle.guard import DataAtRisk, Guard, require_addresses
from studio.lifecycle.saved_plans import SavedPlans, save
from studio.review.review import review_plans
from studio.terraform.plan import read_plan
from studio.terraform.planning import PlanFile, StackPlan
from studio.terraform.runner import StalePlan
from studio.terraform.stacks import Stack
from studio.terraform.state.files import Resource
from tests.studio.deployed import Deployed, resource
from tests.studio.lifecycle.samples import FROM, plan

STACKS = [
    Stack(name=name, dependencies=frozenset(), folder=Path(name)) for name in ("ecr", "network")
]
LOGS = {"network": [resource("aws_cloudwatch_log_group")]}


@dataclass(kw_only=True)
class Planned(Deployed):
    """A deployed network with given plans. shared: what ran with the provider of each stack."""

    state: dict[str, list[Resource]] = field(default_factory=LOGS.copy)
    shared: list[tuple[str, ...]] = field(default_factory=list)

    def load_plan(self, stack: Stack, *, content: bytes, lock: bytes) -> str:
        assert lock == b""
        self.done.append(f"load {stack.name} {content!r}")
        return self.plans[stack.name]

    @contextmanager
    def sharing_provider(self, stack: Stack) -> Iterator[None]:
        before = len(self.done)
        yield
        self.shared.append((stack.name, *self.done[before:]))


class Foresight:
    """A planner that forecasts the same for each stack. files: the plan files, by stack."""

    action = "create"
    files: Mapping[str, PlanFile] = {}

    def plan_stacks(self, _: frozenset[str]) -> list[StackPlan]:
        return [
            StackPlan(
                stack=stack.name,
                deployed=True,
                plan=read_plan(plan(self.action), stack=stack.name),
                file=self.files.get(stack.name),
            )
            for stack in STACKS
        ]


@pytest.fixture(autouse=True)
def _no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "Planner", lambda _: Foresight())
    monkeypatch.setattr(guard, "recover_unfinished", lambda *_: None)


def deploy(it: Planned, reviewed: SavedPlans | None = None) -> list[str]:
    watching = Guard(settings=Settings(), deployment=it, reviewed=reviewed)
    watching.plan_all()
    watching.deploy(STACKS)
    # Stacks of one level are applied at the same time.
    return sorted(it.done)


def test_no_stack_is_applied_if_a_later_plan_loses_data(tmp_path: Path) -> None:
    it = Planned(out=tmp_path, plans={"ecr": plan("create"), "network": plan("delete")})
    with pytest.raises(DataAtRisk, match="nothing of network was applied") as refused:
        deploy(it)
    assert "more would be lost" not in str(refused.value)
    assert it.done == []


def test_all_stacks_are_checked_before_the_first_one_is_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Foresight, "action", "delete")
    words = "and 1 more would be lost; nothing of ecr, network was applied"
    with pytest.raises(DataAtRisk, match=words):
        Guard(settings=Settings(), deployment=Planned(out=tmp_path)).plan_all()


def test_stacks_are_applied_by_their_checked_plans(tmp_path: Path) -> None:
    it = Planned(out=tmp_path, plans={"ecr": plan("create"), "network": plan("create")})
    assert deploy(it) == ["apply ecr", "apply network"]
    assert [sorted(one) for one in it.shared] == [["apply ecr", "apply network", "ecr"]]
    only = Planned(out=tmp_path, plans={"network": plan("create")})
    assert deploy(only) == ["apply network"]


def test_apps_are_deleted_between_the_check_and_the_apply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = Planned(out=tmp_path, plans={"network": plan("create")})
    note = it.done.append
    monkeypatch.setattr(
        guard, "recover_unfinished", lambda _, stacks: note(f"recover {stacks[0].name}")
    )
    monkeypatch.setattr(guard, "delete_apps", lambda _, plans, __: note(f"apps {plans[0].stack}"))
    Guard(settings=Settings(), deployment=it).deploy(STACKS[1:])
    assert it.done == ["recover network", "apps network", "apply network"]
    it.plans["network"] = plan("delete")
    it.done.clear()
    with pytest.raises(DataAtRisk):
        Guard(settings=Settings(), deployment=it).deploy(STACKS[1:])
    assert it.done == ["recover network"]


def test_a_stack_is_planned_again_only_if_its_first_plan_is_outdated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = {"ecr": b"current", "network": b"outdated"}
    files = {stack: PlanFile(content=one, lock=b"") for stack, one in contents.items()}
    monkeypatch.setattr(Foresight, "files", files)
    monkeypatch.setattr(PlanFile, "reuse", lambda file, *_, **__: file.content == b"current")
    it = Planned(out=tmp_path, plans={"network": plan("create")})
    assert deploy(it) == ["apply ecr", "apply network"]
    # Its plan is empty by now.
    it = Planned(out=tmp_path)
    assert deploy(it) == ["apply ecr"]


def test_the_live_view_shows_the_number_of_planned_changes(tmp_path: Path) -> None:
    it = Planned(
        out=tmp_path,
        plans={"ecr": plan("delete", "create", type_="aws_iam_policy"), "network": plan("create")},
    )
    with output.speaking(Output()):
        board = output.current().board
        board.expect({"ecr": (), "network": ()})
        deploy(it)
    assert [(row.name, row.total) for row in board.rows.values()] == [("ecr", 2), ("network", 1)]


def test_a_first_deployment_is_checked_only_after_an_interrupted_run(tmp_path: Path) -> None:
    first = Planned(out=tmp_path, state={})
    assert deploy(first) == ["create ecr network"]
    assert first.shared == [("ecr", "create ecr network")]
    killed = Planned(out=tmp_path, plans={"network": plan("delete")}, state={}, begun={"network"})
    with pytest.raises(DataAtRisk):
        deploy(killed)
    assert killed.done == []


@pytest.mark.parametrize("forecast", ["create", "no-op"])
def test_an_interrupted_run_of_a_stack_that_needs_no_change_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forecast: str
) -> None:
    monkeypatch.setattr(Foresight, "action", forecast)
    it = Planned(out=tmp_path, begun={"ecr"})
    assert (deploy(it), it.begun) == ([], set())


def test_an_allowed_loss_is_reported_once(tmp_path: Path) -> None:
    it = Planned(out=tmp_path, plans={"network": plan("delete")})
    address = "aws_cloudwatch_log_group.one"
    watching = Guard(settings=Settings(), deployment=it, allowed=frozenset({address}))
    for _ in range(2):
        watching.deploy(STACKS)
    assert it.done == ["apply network"] * 2
    assert len([line for line in it.said if line.startswith("allowed: ")]) == 1


def test_an_allowed_address_that_is_not_at_risk_changes_nothing(tmp_path: Path) -> None:
    it = Planned(out=tmp_path)
    allowed = frozenset({"aws_kms_key.disks"})
    Guard(settings=Settings(), deployment=it, allowed=allowed).plan_all()
    assert it.said == ["Planning all stacks"]


def saved(folder: Path, **plans: str) -> SavedPlans:
    """Saved plans of these stacks, of which only ecr has a file."""
    file = PlanFile(content=b"saved", lock=b"")
    found = [
        StackPlan(
            stack=stack,
            deployed=True,
            plan=read_plan(content, stack=stack),
            file=file if stack == "ecr" else None,
        )
        for stack, content in plans.items()
    ]
    stacks = dict.fromkeys(plans, FROM.stacks["network"])
    planned_from = FROM.model_copy(update={"stacks": stacks})
    review = review_plans(found, Settings())
    return save(review, planned_from=planned_from, allow=(), folder=folder / "plans")


def test_saved_plans_are_applied_and_forecasts_limit_later_plans(tmp_path: Path) -> None:
    both = {"ecr": plan("create"), "network": plan("create")}
    reviewed = saved(tmp_path, **both)
    assert deploy(Planned(out=tmp_path, plans=both), reviewed) == [
        "apply ecr",
        "apply network",
        "load ecr b'saved'",
    ]
    other = Planned(out=tmp_path, plans={**both, "network": plan("update")})
    with pytest.raises(StepFailed, match=r"network: not what was reviewed: .* would be changed"):
        deploy(other, reviewed)
    unchanged = saved(tmp_path, ecr=plan("no-op"), network=plan("create"))
    it = Planned(out=tmp_path, plans={"network": plan("create")})
    assert deploy(it, unchanged) == ["apply network"]
    assert it.said[-1] == "unchanged ecr"
    it = Planned(out=tmp_path)
    with pytest.raises(DataAtRisk):
        deploy(it, saved(tmp_path, ecr=plan("create"), network=plan("delete")))
    assert it.done == []
    assert it.said[-1].endswith("plan again with --allow aws_cloudwatch_log_group.one")


def test_a_plan_that_another_run_made_stale_names_the_command_that_plans_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = StalePlan("ecr: another run changed its state after the plan")
    monkeypatch.setattr(Planned, "apply", MagicMock(side_effect=stale))
    it = Planned(out=tmp_path, plans={"ecr": plan("create")})
    with pytest.raises(StepFailed) as up:
        deploy(it)
    with pytest.raises(StepFailed) as apply:
        deploy(it, saved(tmp_path, ecr=plan("create")))
    for refused, fix in (
        (up, "run the same command again to continue"),
        (apply, f"run `studio plan --out {tmp_path}/plans` again"),
    ):
        assert str(refused.value) == (
            "ecr: another run changed its state after the plan; nothing of ecr was applied; " + fix
        )


def test_the_allow_flag_is_shown_once(tmp_path: Path) -> None:
    it = Planned(out=tmp_path, plans={"network": plan("delete")})
    with pytest.raises(DataAtRisk) as refused:
        deploy(it)
    shown = [line for line in [*it.said, str(refused.value)] if "--allow aws_" in line]
    assert shown == ["    to accept the loss: --allow aws_cloudwatch_log_group.one"]
    assert refused.value.exit_code == 3


def test_a_change_that_aws_always_refuses_cannot_be_allowed(tmp_path: Path) -> None:
    update = plan("update", type_="aws_sagemaker_domain", after="other")
    it = Planned(out=tmp_path, plans={"network": update})
    allowed = frozenset({"aws_sagemaker_domain.one"})
    with pytest.raises(DataAtRisk) as refused:
        Guard(settings=Settings(), deployment=it, allowed=allowed).deploy(STACKS)
    assert it.done == []
    assert not [line for line in [*it.said, str(refused.value)] if "--allow" in line]
    assert str(refused.value).endswith("applied; undo the change")


def test_an_allowed_address_must_be_in_a_state(deployed: Deployed) -> None:
    deployed.state["role"] = [resource("aws_kms_key", id="key")]
    (held,) = deployed.state["role"]
    require_addresses(deployed, [held.address])
    with pytest.raises(UserError, match=r"^--allow aws_kms_key\.other: no resource of the dep"):
        require_addresses(deployed, [held.address, "aws_kms_key.other"])
