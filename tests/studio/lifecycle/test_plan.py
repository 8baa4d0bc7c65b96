"""What `studio plan` saves."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from settings import Settings
from studio.lifecycle import plan as module
from studio.lifecycle.plan import plan_deployment
from studio.review.review import Review, review_plans
from studio.terraform.plan import read_plan
from studio.terraform.planning import PlanFile, StackPlan
from tests.studio.lifecycle.samples import FROM


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
    found, saved = plan_deployment(
        Settings(), out=out, folder=folder, allow=["aws_vpc.a"], report=lambda _: None
    )
    assert addresses.call_args.args[1] == ["aws_vpc.a"]
    assert found.allowed == {"aws_vpc.a"}
    assert saved.files.keys() == {"domain"}
    assert saved.plans.keys() == {"network", "domain"}
