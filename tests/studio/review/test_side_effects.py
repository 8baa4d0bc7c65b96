"""Updates in place that delete data or make it unreadable."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import Settings
from studio.review.data_loss import Risk, risks
from studio.review.side_effects import SIDE_EFFECTS
from studio.terraform.plan import Action
from tests.studio.review.plans import plan, update


def updated(type_: str, *values: Mapping[str, Any]) -> list[Risk]:
    """The risks of an update. values: before, after, unknown."""
    before, after, unknown = values
    return risks([plan(update(type_, before, after, unknown=unknown))], Settings())


def expiring(*rules: tuple[str, int]) -> dict[str, Any]:
    found = [
        {"selection": {"tagStatus": status, "countNumber": count}, "action": {"type": "expire"}}
        for status, count in rules
    ]
    return {"repository": "lab", "policy": json.dumps({"rules": found})}


def key(*names: str, **more: Any) -> dict[str, Any]:
    statements = [{"Sid": name, "Effect": "Allow"} for name in names]
    return {"policy": json.dumps({"Statement": statements}), **more}


def profile(*systems: str) -> dict[str, Any]:
    return {"user_settings": [{"custom_file_system_config": [{"id": one} for one in systems]}]}


def rule(days: int, status: str = "Enabled") -> dict[str, Any]:
    return {"id": str(days), "status": status, "expiration": [{"days": days}]}


ANY, OLD = ("any", 20), ("untagged", 5)
LOGS, POLICY = "aws_cloudwatch_log_group", "aws_ecr_lifecycle_policy"
KEY, BUCKET = "aws_kms_key", "aws_s3_bucket_lifecycle_configuration"
VERSIONING, USER = "aws_s3_bucket_versioning", "aws_sagemaker_user_profile"
LAB = update("aws_ecr_repository", {}, {"name": "lab"}, action=Action.CREATE)
ON, OFF = ({"versioning_configuration": [{"status": each}]} for each in ("Enabled", "Suspended"))


@pytest.mark.parametrize(
    ("type_", "before", "after", "loss"),
    [
        (LOGS, {"retention_in_days": 365}, {"retention_in_days": 1}, "older than 1 days"),
        (LOGS, {"retention_in_days": 0}, {"retention_in_days": 3653}, "older than 3653 days"),
        (LOGS, {"retention_in_days": 1}, {"retention_in_days": 365}, ""),
        (LOGS, {"retention_in_days": 365}, {"retention_in_days": 0}, ""),
        (LOGS, {"retention_in_days": 7}, {"retention_in_days": 7, "skip_destroy": True}, ""),
        (LOGS, {"retention_in_days": 0}, {}, ""),
        (POLICY, expiring(ANY), expiring(("any", 19)), "ECR deletes every image"),
        (POLICY, expiring(ANY), expiring(("any", 21)), ""),
        (POLICY, expiring(ANY), expiring(ANY, OLD), "ECR deletes every image"),
        (POLICY, expiring(ANY, OLD), expiring(ANY), "ECR deletes every image"),
        (POLICY, expiring(ANY), {**expiring(ANY), "registry_id": "1"}, ""),
        (POLICY, expiring(ANY), {"repository": "lab", "policy": "{"}, "ECR deletes every image"),
        (POLICY, {"policy": "{"}, {"policy": "{}"}, "ECR deletes every image"),
        (KEY, key(is_enabled=True), key(is_enabled=False), "cannot be read"),
        (KEY, key(is_enabled=False), key(is_enabled=True), ""),
        (KEY, key("iam", "app"), key("iam"), "its policy loses a statement"),
        (KEY, key("iam"), key("iam", "app"), ""),
        (KEY, key("iam", "app"), key("app", "iam"), ""),
        (KEY, key("iam", is_enabled=True), key("iam", is_enabled=True, description="x"), ""),
        (KEY, key(deletion_window_in_days=30), key(deletion_window_in_days=7), ""),
        (VERSIONING, ON, OFF, "cannot be restored"),
        (VERSIONING, ON, {**ON, "mfa": "1"}, ""),
        (VERSIONING, OFF, ON, ""),
        (BUCKET, {"rule": []}, {"rule": [rule(1)]}, "S3 deletes the objects"),
        (BUCKET, {"rule": [rule(1)]}, {"rule": [rule(1)], "id": "x"}, ""),
        (BUCKET, {"rule": [rule(1)]}, {"rule": []}, ""),
        (BUCKET, {"rule": []}, {"rule": [rule(1, "Disabled")]}, ""),
        (BUCKET, {}, {"rule": [{"noncurrent_version_expiration": [{}]}]}, "S3 deletes the objects"),
        (BUCKET, {}, {"rule": [{"abort_incomplete_multipart_upload": [{}]}]}, ""),
        (USER, profile("fs-1"), profile(), "loses access to a file system"),
        (USER, profile("fs-1"), {**profile("fs-1"), "tags": {"team": "a"}}, ""),
        (USER, profile(), profile("fs-1"), ""),
        ("aws_ecr_repository", {"force_delete": False}, {"force_delete": True}, ""),
        ("aws_efs_file_system", {"lifecycle_policy": []}, {"lifecycle_policy": [1]}, "in place"),
    ],
)
def test_an_update_in_place_may_lose_data(
    type_: str, before: dict[str, Any], after: dict[str, Any], loss: str
) -> None:
    losses = [risk.loss for risk in updated(type_, before, after, {})]
    assert (loss in losses[0]) if loss else losses == []


@pytest.mark.parametrize(
    ("type_", "before", "attribute"),
    [
        (LOGS, {"retention_in_days": 1}, "retention_in_days"),
        (POLICY, expiring(ANY), "policy"),
        (KEY, key("iam"), "policy"),
        (BUCKET, {"rule": []}, "rule"),
        (VERSIONING, ON, "versioning_configuration"),
    ],
)
def test_an_unknown_value_may_delete_data(
    type_: str, before: dict[str, Any], attribute: str
) -> None:
    assert updated(type_, before, {}, {attribute: True})


@pytest.mark.parametrize("action", [Action.NOTHING, Action.FORGET, Action.GONE])
def test_a_resource_that_is_not_updated_deletes_nothing(action: Action) -> None:
    fewer = update(POLICY, expiring(ANY), expiring(("any", 1)), action=action)
    new = update(LOGS, {}, {"retention_in_days": 1}, action=Action.CREATE)
    assert risks([plan(fewer, new)], Settings()) == []


@pytest.mark.parametrize(("repository", "at_risk"), [("lab", False), ("old", True), (None, False)])
def test_a_new_lifecycle_policy_deletes_images_of_an_existing_repository(
    repository: str | None, at_risk: bool
) -> None:
    given = {**expiring(ANY), "repository": repository}
    unknown = {"repository": repository is None}
    policy = update(POLICY, {}, given, unknown=unknown, action=Action.CREATE)
    found = risks([plan(LAB, policy)], Settings())
    assert bool(found) is at_risk


NAMES = (
    "policy", "rules", "selection", "countNumber", "Statement", "rule", "status", "expiration",
    "retention_in_days", "is_enabled", "versioning_configuration", "user_settings", "bucket",
    "custom_file_system_config",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    ),
    max_leaves=4,
)
VALUES = st.dictionaries(st.sampled_from(NAMES), JSON | JSON.map(json.dumps), max_size=4)


@given(type_=st.sampled_from(sorted(SIDE_EFFECTS)), before=VALUES, after=VALUES, unknown=VALUES)
def test_any_value_in_a_plan_is_accepted(
    type_: str, before: dict[str, Any], after: dict[str, Any], unknown: dict[str, Any]
) -> None:
    for risk in updated(type_, before, after, unknown):
        assert risk.loss.isprintable()
