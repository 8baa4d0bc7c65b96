"""What `studio plan` saves, and whether there is something to apply."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import Settings
from studio.lifecycle import plan as module
from studio.lifecycle.plan import PlannedDeployment, plan_deployment
from studio.lifecycle.saved_plans import SavedPlans
from studio.review.review import Review, review_plans
from studio.terraform.plan import read_plan
from studio.terraform.planning import PlanFile, StackPlan
from tests.studio.lifecycle.samples import FROM


def planned(review: Review, **saved: object) -> PlannedDeployment:
    return PlannedDeployment(review=review, saved=MagicMock(SavedPlans, **saved))


@pytest.mark.parametrize(
    ("unchanged", "cleared", "changes"),
    [({"network", "role"}, (), False), ({"role"}, (), True), ({"network", "role"}, ("a",), True)],
)
def test_settings_to_clear_are_changes_too(
    unchanged: set[str], cleared: tuple[str, ...], changes: bool
) -> None:
    review = MagicMock(Review, cleared=cleared)
    found = planned(review, stacks=("network", "role"), unchanged=unchanged)
    assert found.has_changes is changes


def test_the_plan_of_an_unfinished_stack_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the interrupted run created is imported before the stack is applied."""
    file = PlanFile(content=b"PK plan", lock=b"")
    stack_plans = [
        StackPlan(stack=one.stack, deployed=True, plan=one, file=file)
        for one in (read_plan('{"format_version": "1.2"}', stack=name) for name in FROM.stacks)
    ]

    def review(*_: object, before_planning: Callable[[object], object], **__: object) -> Review:
        before_planning(MagicMock(unfinished_stacks=lambda: frozenset({"network"})))
        return review_plans(stack_plans, Settings())

    monkeypatch.setattr(module, "review_deployment", review)
    monkeypatch.setattr(module, "require_addresses", addresses := MagicMock())
    monkeypatch.setattr(module, "Fingerprint", MagicMock(of=lambda *_: FROM))
    out, folder = tmp_path / "cdktf.out", tmp_path / "plans"
    found = plan_deployment(
        Settings(), out=out, folder=folder, allow=["aws_vpc.a"], report=lambda _: None
    )
    assert addresses.call_args.args[1] == ["aws_vpc.a"]
    assert found.review.allowed == {"aws_vpc.a"}
    assert found.saved.files.keys() == {"domain"}
    assert found.saved.plans.keys() == {"network", "domain"}
