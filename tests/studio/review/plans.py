"""Plans for the tests of reviews: recorded plans of tests/studio/plans, and built plans."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from settings import Settings
from studio.review import page
from studio.review.data_loss import Risk, risks
from studio.review.review import Review, review_plans
from studio.terraform.plan import Action, Change, Plan, read_plan
from studio.terraform.planning import StackPlan

FOLDER = Path(__file__).parents[1] / "plans"
ALICE_AND_BOB: Mapping[str, Any] = {"users": {"alice": {}, "bob": {}}}


def sample(name: str) -> list[Plan]:
    """The plans of all stacks after one change of the settings; see tests/e2e/plan_samples.py."""
    files = sorted(FOLDER.glob(f"{name}/*.json"))
    assert files, name
    return [read_plan(file.read_bytes(), stack=file.stem) for file in files]


def sample_risks(name: str, settings: Mapping[str, Any]) -> list[Risk]:
    return risks(sample(name), Settings.model_validate({**ALICE_AND_BOB, **settings}))


def sample_review(name: str, settings: Mapping[str, Any]) -> Review:
    stack_plans = [StackPlan(stack=one.stack, deployed=True, plan=one) for one in sample(name)]
    return review_plans(stack_plans, Settings.model_validate({**ALICE_AND_BOB, **settings}))


def change(type_: str, path: str = "a", action: Action = Action.CREATE, **values: Any) -> Change:
    """A change whose attributes before and after are ``values``, if the resource exists then."""
    return Change(
        address=f"{type_}.{path}",
        type=type_,
        action=action,
        before={} if action is Action.CREATE else values,
        after={} if action is Action.DESTROY else values,
        unknown={},
    )


def user(name: str, action: Action = Action.NOTHING) -> list[Change]:
    """A user profile and its role."""
    return [
        change("aws_sagemaker_user_profile", name, action, user_profile_name=name),
        change("aws_iam_role", f"user-{name}", action, name=f"studio-user-{name}"),
    ]


def update(type_: str, before: Mapping[str, Any], after: Mapping[str, Any], **more: Any) -> Change:
    """An update in place. more: other fields of the change."""
    more = {"action": Action.UPDATE, "unknown": {}, **more}
    return Change(address=f"{type_}.a", type=type_, before=before, after=after, **more)


def plan(*changes: Change, stack: str = "network") -> Plan:
    return Plan(stack=stack, changes=changes, gone=(), outputs={}, empty=False)


def existing(subnets: int, endpoints: Sequence[str] = (), **network: Any) -> Settings:
    """The settings of an existing VPC."""
    ids = [f"subnet-{number:08}" for number in range(subnets)]
    network |= {"vpc_id": "vpc-01234567", "subnet_ids": ids, "endpoints": endpoints}
    return Settings.model_validate({"network": network})


def reviewed(
    *changes: Change,
    stack: str = "network",
    rehearsed: bool = False,
    settings: Settings | None = None,
) -> Review:
    """The review of a deployment of one stack."""
    it = StackPlan(
        stack=stack, deployed=not rehearsed, plan=plan(*changes, stack=stack), rehearsed=rehearsed
    )
    return review_plans([it], settings or Settings())


def as_page(review: Review) -> str:
    """The page of a review at a fixed time."""
    return page.as_page(review, made=datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
