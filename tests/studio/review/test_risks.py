"""What real plans would lose, and which setting is told to be the reason."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import Settings
from studio.review.risks import DATA_RESOURCES, Risk, risks
from studio.review.side_effects import SIDE_EFFECTS
from studio.terraform.plan import Action, Change, Plan, read_plan

PLANS = Path(__file__).parents[1] / "plans"
BOTH: dict[str, Any] = {"users": {"alice": {}, "bob": {}}}
STUDIO = ("aws_sagemaker_domain", "aws_sagemaker_space", "aws_sagemaker_user_profile")


def plans_of(name: str) -> list[Plan]:
    return [read_plan(file.read_bytes(), stack=file.stem) for file in PLANS.glob(f"{name}/*.json")]


def found(name: str, settings: Mapping[str, Any]) -> list[Risk]:
    return risks(plans_of(name), Settings.model_validate({**BOTH, **settings}))


def change(type_: str, action: Action, **values: Any) -> Plan:
    it = Change(address=f"{type_}.a", type=type_, action=action, unknown={}, **values)
    return Plan(stack="s", changes=(it,), gone=(), outputs={}, empty=False)


def kinds(of: Iterable[Risk]) -> set[tuple[str, Action]]:
    return {(risk.change.type, risk.action) for risk in of}


@pytest.mark.parametrize(
    ("name", "settings", "endangered", "reason"),
    [
        ("zones", {"network": {"zones": 3}}, STUDIO, "network.zones = 3"),
        (
            "cidr",
            {"network": {"cidr": "10.30.0.0/16"}},
            (*STUDIO, "aws_subnet", "aws_vpc"),
            'network.cidr = "10.30.0.0/16"',
        ),
    ],
)
def test_a_replaced_domain_takes_people_along_for_one_reason(
    name: str, settings: dict[str, Any], endangered: tuple[str, ...], reason: str
) -> None:
    told = found(name, settings)
    assert kinds(told) == {(type_, Action.REPLACE) for type_ in endangered}
    assert {risk.settings for risk in told} == {(reason,)}
    (domain,) = (risk for risk in told if risk.change.type == "aws_sagemaker_domain")
    assert "every home directory" in domain.loss
    assert str(domain.change.before["home_efs_file_system_id"]) in domain.loss


def test_another_key_replaces_the_domain_and_destroys_the_keys() -> None:
    told = found("kms", {"domain": {"kms": "aws-managed"}})
    assert {("aws_sagemaker_domain", Action.REPLACE), ("aws_kms_key", Action.DESTROY)} <= kinds(
        told
    )
    assert {risk.settings for risk in told} == {('domain.kms = "aws-managed"',)}


def test_another_retention_replaces_the_domain_under_the_one_that_it_had() -> None:
    had, wanted = ({"retention_policy": [{"home_efs_file_system": it}]} for it in ("Delete", "x"))
    plan = change(
        "aws_sagemaker_domain",
        Action.REPLACE,
        before=had,
        after=wanted,
        forcing=("retention_policy[0].home_efs_file_system",),
    )
    (told,) = risks([plan], Settings())
    assert told.loss.endswith("is deleted")
    assert told.settings == ('domain.retention = "Retain"',)


def test_an_update_of_the_domain_in_place_is_refused() -> None:
    (told,) = found("source_identity", {"domain": {"source_identity": False}})
    assert (told.change.type, told.action) == ("aws_sagemaker_domain", Action.UPDATE)
    assert told.settings == ("domain.source_identity = false",)


def test_a_removed_user_loses_profile_and_space() -> None:
    told = found("removed_user", {"users": {"alice": {}}})
    assert kinds(told) == {
        ("aws_sagemaker_space", Action.DESTROY),
        ("aws_sagemaker_user_profile", Action.DESTROY),
    }
    assert {risk.settings for risk in told} == {("users.bob (no longer there)",)}
    assert any("the volume of 20 GB and all files on it" in risk.loss for risk in told)


@pytest.mark.parametrize(
    ("name", "settings", "reason"),
    [
        (
            "volume",
            {"defaults": {"space": {"volume_gb": 50}}},
            "defaults.space.volume_gb = 50",
        ),
        (
            "app_type",
            {"defaults": {"space": {"app_type": "CodeEditor"}}},
            'defaults.space.app_type = "CodeEditor"',
        ),
    ],
)
def test_a_space_with_another_volume_or_app(
    name: str, settings: dict[str, Any], reason: str
) -> None:
    told = found(name, settings)
    assert kinds(told) == {("aws_sagemaker_space", Action.UPDATE)}
    assert [risk.settings for risk in told] == [(reason,), (reason,)]


@pytest.mark.parametrize("name", ["tags", "instance"])
def test_daily_changes_lose_nothing(name: str) -> None:
    assert any(change.action is Action.UPDATE for plan in plans_of(name) for change in plan.changes)
    assert found(name, {}) == []


def test_flow_logs_that_are_switched_off() -> None:
    told = found("flow_logs", {"network": {"flow_logs": False}})
    assert kinds(told) == {
        ("aws_cloudwatch_log_group", Action.DESTROY),
        ("aws_kms_key", Action.DESTROY),
    }
    assert {risk.settings for risk in told} == {("network.flow_logs = false",)}


def test_flow_logs_that_are_kept_for_less_long() -> None:
    (told,) = found("log_days", {"network": {"flow_log_days": 30}})
    assert (told.change.type, told.action) == ("aws_cloudwatch_log_group", Action.UPDATE)
    assert told.settings == ("network.flow_log_days = 30",)
    assert "30 days" in told.loss


def test_another_retention_updates_the_domain_in_place() -> None:
    (told,) = found("retention", {"domain": {"retention": "Retain"}})
    assert (told.change.type, told.action) == ("aws_sagemaker_domain", Action.UPDATE)
    assert told.settings == ('domain.retention = "Retain"',)


def test_fewer_images_are_told_with_the_setting() -> None:
    (told,) = found("keep_images", {"ecr": {"keep_images": 10}})
    assert (told.change.type, told.action) == ("aws_ecr_lifecycle_policy", Action.REPLACE)
    assert told.settings == ("ecr.keep_images = 10",)


def test_in_another_region_nothing_is_found_any_more() -> None:
    told = found("region", {"region": "us-west-2"})
    assert ("aws_sagemaker_domain", Action.GONE) in kinds(told)
    gone = [risk.settings for risk in told if risk.action is Action.GONE]
    assert set(gone) == {('region = "us-west-2"',)}


@pytest.mark.parametrize("type_", sorted(DATA_RESOURCES))
@pytest.mark.parametrize("action", [Action.REPLACE, Action.DESTROY])
def test_whatever_holds_data_is_at_risk_when_it_goes(type_: str, action: Action) -> None:
    plan = change(type_, action, before={"name": "x"}, after={})
    (told,) = risks([plan], Settings())
    assert told.loss


@pytest.mark.parametrize("action", [Action.CREATE, Action.FORGET, Action.NOTHING])
def test_what_stays_or_is_new_is_not(action: Action) -> None:
    plan = change("aws_sagemaker_image_version", action, before={"a": 1}, after={})
    assert risks([plan], Settings()) == []


def test_a_user_who_is_in_the_settings_is_no_reason() -> None:
    assert {risk.settings for risk in found("removed_user", {})} == {()}


def updated(
    type_: str, before: Mapping[str, Any], after: Mapping[str, Any], unknown: Mapping[str, Any]
) -> list[Risk]:
    it = Change(
        address=f"{type_}.a",
        type=type_,
        action=Action.UPDATE,
        before=before,
        after=after,
        unknown=unknown,
    )
    return risks([Plan(stack="s", changes=(it,), gone=(), outputs={}, empty=False)], Settings())


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
ON, OFF = ({"versioning_configuration": [{"status": each}]} for each in ("Enabled", "Suspended"))


@pytest.mark.parametrize(
    ("type_", "before", "after", "loss"),
    [
        (LOGS, {"retention_in_days": 365}, {"retention_in_days": 1}, "older than 1 days"),
        (LOGS, {"retention_in_days": 0}, {"retention_in_days": 3653}, "older than 3653 days"),
        (LOGS, {"retention_in_days": 1}, {"retention_in_days": 365}, ""),
        (LOGS, {"retention_in_days": 365}, {"retention_in_days": 0}, ""),
        (POLICY, expiring(ANY), expiring(("any", 19)), "ECR deletes every image"),
        (POLICY, expiring(ANY), expiring(("any", 21)), ""),
        (POLICY, expiring(ANY), expiring(ANY, OLD), "ECR deletes every image"),
        (POLICY, expiring(ANY, OLD), expiring(ANY), "ECR deletes every image"),
        (POLICY, expiring(ANY), {"repository": "lab", "policy": "{"}, "ECR deletes every image"),
        (KEY, key(is_enabled=True), key(is_enabled=False), "nobody can read"),
        (KEY, key(is_enabled=False), key(is_enabled=True), ""),
        (KEY, key("iam", "app"), key("iam"), "by a statement that its policy loses"),
        (KEY, key("iam"), key("iam", "app"), ""),
        (KEY, key(deletion_window_in_days=30), key(deletion_window_in_days=7), ""),
        (VERSIONING, ON, OFF, "lost at once"),
        (VERSIONING, OFF, ON, ""),
        (BUCKET, {"rule": []}, {"rule": [rule(1)]}, "S3 deletes the objects"),
        (BUCKET, {"rule": [rule(1)]}, {"rule": [rule(1)], "id": "x"}, ""),
        (BUCKET, {"rule": [rule(1)]}, {"rule": []}, ""),
        (BUCKET, {"rule": []}, {"rule": [rule(1, "Disabled")]}, ""),
        (USER, profile("fs-1"), profile(), "no longer gets at a file system"),
        (USER, profile(), profile("fs-1"), ""),
        ("aws_ecr_repository", {"force_delete": False}, {"force_delete": True}, ""),
        ("aws_efs_file_system", {"lifecycle_policy": []}, {"lifecycle_policy": [1]}, "in place"),
    ],
)
def test_what_an_update_in_place_deletes_or_takes_away(
    type_: str, before: dict[str, Any], after: dict[str, Any], loss: str
) -> None:
    told = [risk.loss for risk in updated(type_, before, after, {})]
    assert (loss in told[0]) if loss else told == []


def test_fewer_days_of_records_are_told_with_the_setting() -> None:
    (told,) = updated(LOGS, {"retention_in_days": 500}, {"retention_in_days": 365}, {})
    assert told.settings == ("network.flow_log_days = 365",)


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
def test_what_is_not_known_yet_may_delete(
    type_: str, before: dict[str, Any], attribute: str
) -> None:
    assert updated(type_, before, {}, {attribute: True})


@pytest.mark.parametrize(("repository", "harmful"), [("lab", False), ("old", True)])
def test_a_rule_that_is_made_deletes_where_there_is_something(
    repository: str, harmful: bool
) -> None:
    made = [
        Change(address=f"{kind}.a", type=kind, action=Action.CREATE, before={}, after=v, unknown={})
        for kind, v in (
            ("aws_ecr_repository", {"name": "lab"}),
            (POLICY, {**expiring(ANY), "repository": repository}),
        )
    ]
    plan = Plan(stack="s", changes=tuple(made), gone=(), outputs={}, empty=False)
    assert bool(risks([plan], Settings())) is harmful


NAMES = (
    "policy", "rules", "selection", "countNumber", "Statement", "rule", "status", "expiration",
    "retention_in_days", "is_enabled", "versioning_configuration", "user_settings", "bucket",
    "custom_file_system_config",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=6,
)
VALUES = st.dictionaries(st.sampled_from(NAMES), JSON | JSON.map(json.dumps))


@given(type_=st.sampled_from(sorted(SIDE_EFFECTS)), before=VALUES, after=VALUES, unknown=VALUES)
def test_whatever_a_plan_says_it_is_judged(
    type_: str, before: dict[str, Any], after: dict[str, Any], unknown: dict[str, Any]
) -> None:
    for risk in updated(type_, before, after, unknown):
        assert risk.loss.isprintable()
