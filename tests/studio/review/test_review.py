"""The verdict and the exit code of a review."""

import json
import re
from dataclasses import replace

import pytest

from settings import Settings
from studio.review.renderers import as_json, as_markdown, as_text
from studio.review.review import Review, planned_changes, review_plans
from studio.terraform.plan import Action, Change
from tests.studio.review.plans import change, reviewed, sample_review

ROUTE = change("aws_route", "everywhere", destination_cidr_block="0.0.0.0/0")
SAFE = r"no data is at risk, no rule is broken\."
SPACE = change("aws_sagemaker_space", "bob", Action.DESTROY, space_name="bob")

LOGS = [
    change("aws_cloudwatch_log_group", name, Action.DESTROY, name=name) for name in ("one", "two")
]


@pytest.mark.parametrize(
    ("review", "verdict", "code"),
    [
        (review_plans([], Settings()), f"No changes, {SAFE}", 0),
        (reviewed(change("aws_vpc", action=Action.NOTHING)), f"No changes, {SAFE}", 0),
        (reviewed(change("aws_vpc")), f"Safe: 1 to create, {SAFE}", 0),
        (
            sample_review("removed_user", {"users": {"alice": {}}}),
            r"Data at risk: Space bob would be destroyed: the volume of 20 GB and all files on it; "
            r"1 more below\.",
            3,
        ),
        (
            sample_review("zones", {"network": {"zones": 3}}),
            r"Data at risk: Studio domain studio would be replaced: every home directory, on "
            r"fs-\w+, is deleted; \d more below\.",
            3,
        ),
        (
            reviewed(ROUTE),
            r"Rule broken: No route to the internet \(route everywhere\)\. No data is at risk\.",
            1,
        ),
        (
            reviewed(SPACE, ROUTE),
            r"Data at risk: Space bob would be destroyed: .*; rules broken: 1\.",
            3,
        ),
    ],
    ids=["nothing", "deployed", "first", "removed user", "replaced domain", "rule", "both"],
)
def test_the_verdict_says_the_most_severe_result(review: Review, verdict: str, code: int) -> None:
    assert re.fullmatch(verdict, review.verdict)
    assert review.exit_code == code


@pytest.mark.parametrize(
    ("allow", "more", "code", "severity"),
    [
        ([], [], 3, 3),
        (LOGS[:1], [], 3, 3),
        (LOGS, [], 0, 1),
        (LOGS, [ROUTE], 1, 1),
    ],
)
def test_an_allowed_loss_is_not_in_the_exit_code(
    allow: list[Change], more: list[Change], code: int, severity: int
) -> None:
    review = replace(reviewed(*LOGS, *more), allowed=frozenset(one.address for one in allow))
    assert (review.exit_code, review.severity) == (code, severity)


def test_severe_and_important_changes_come_first() -> None:
    review = reviewed(
        change("aws_flow_log"),
        change("aws_vpc_endpoint"),
        change("aws_vpc"),
        change("aws_iam_role", action=Action.DESTROY),
        change("aws_subnet", action=Action.NOTHING),
    )
    (stack_plan,) = review.stack_plans
    assert [one.type for one in planned_changes(stack_plan)] == [
        "aws_iam_role",
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_flow_log",
    ]


def test_a_route_to_the_internet_comes_first() -> None:
    routes = (
        "subnet-1 reaches 0.0.0.0/0 through nat-1",
        "subnet-2 reaches 0.0.0.0/0 through nat-1",
    )
    review = review_plans([], Settings(), internet_routes=routes)
    first, *_ = as_text(review).splitlines()
    assert first == (
        "studio in us-east-1: Not private: subnet-1 reaches 0.0.0.0/0 through nat-1 and 1 more "
        "routes. No changes, no data is at risk, no rule is broken."
    )
    assert json.loads(as_json(review))["ways_to_internet"] == list(routes)
    assert as_markdown(review).splitlines()[0].count("Not private") == 1
