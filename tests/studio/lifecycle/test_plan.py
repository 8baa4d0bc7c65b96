"""The exit code of `studio plan`, and whether there is something to apply."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest

from studio.lifecycle.plan import PlannedDeployment
from studio.lifecycle.saved_plans import SavedPlans
from studio.review.review import DATA_AT_RISK, ERROR, SAFE, Review
from studio.terraform.plan import Action, Change
from tests.studio.review.plans import change, reviewed

LOGS = [
    change("aws_cloudwatch_log_group", name, Action.DESTROY, name=name) for name in ("one", "two")
]
OPEN = change("aws_vpc_security_group_ingress_rule", cidr_ipv4="0.0.0.0/0", ip_protocol="-1")


def planned(review: Review, **saved: object) -> PlannedDeployment:
    return PlannedDeployment(review=review, saved=MagicMock(SavedPlans, **saved))


@pytest.mark.parametrize(
    ("allow", "more", "code"),
    [
        ([], [], DATA_AT_RISK),
        (LOGS[:1], [], DATA_AT_RISK),
        (LOGS, [], SAFE),
        (LOGS, [OPEN], ERROR),
    ],
)
def test_an_allowed_loss_is_not_in_the_exit_code(
    allow: list[Change], more: list[Change], code: int
) -> None:
    found = planned(reviewed(*LOGS, *more), allow=[one.address for one in allow])
    assert found.exit_code == code


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
