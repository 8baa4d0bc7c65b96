"""Each change at risk names the setting that causes it."""

from dataclasses import replace
from typing import Any

import pytest

from settings import Settings
from studio.review.data_loss import risks
from studio.terraform.plan import Action
from tests.studio.review.plans import change, plan, sample_risks, update, user

EXISTING = {"vpc_id": "vpc-0123456789abcdef0", "subnet_ids": ["subnet-0123456789abcdef0"]}
EDITOR = {"space": {"app_type": "CodeEditor"}}


@pytest.mark.parametrize(
    ("name", "settings", "cause"),
    [
        ("zones", {"network": {"zones": 3}}, "network.zones = 3"),
        ("cidr", {"network": {"cidr": "10.30.0.0/16"}}, 'network.cidr = "10.30.0.0/16"'),
        ("zones", {"network": EXISTING}, 'network.subnet_ids = ["subnet-0123456789abcdef0"]'),
        ("kms", {"domain": {"kms": "aws-managed"}}, 'domain.kms = "aws-managed"'),
        (
            "source_identity",
            {"domain": {"source_identity": False}},
            "domain.source_identity = false",
        ),
        ("retention", {"domain": {"retention": "Retain"}}, 'domain.retention = "Retain"'),
        ("removed_user", {"users": {"alice": {}}}, "users.bob (removed)"),
        ("app_type", {"defaults": EDITOR}, 'defaults.space.app_type = "CodeEditor"'),
        (
            "app_type",
            {"users": {user: {"group": "a"} for user in ("alice", "bob")}, "groups": {"a": EDITOR}},
            'groups.a.space.app_type = "CodeEditor"',
        ),
        ("flow_logs", {"network": {"flow_logs": False}}, "network.flow_logs = false"),
        ("log_days", {"network": {"flow_log_days": 30}}, "network.flow_log_days = 30"),
        ("keep_images", {"ecr": {"keep_images": 10}}, "ecr.keep_images = 10"),
    ],
)
def test_each_resource_at_risk_names_the_changed_setting(
    name: str, settings: dict[str, Any], cause: str
) -> None:
    assert {risk.settings for risk in sample_risks(name, settings)} == {(cause,)}


def test_a_resource_that_is_not_found_names_the_region() -> None:
    found = sample_risks("region", {"region": "us-west-2"})
    gone = [risk for risk in found if risk.action is Action.GONE]
    assert "aws_sagemaker_domain" in {risk.change.type for risk in gone}
    assert {risk.settings for risk in gone} == {('region = "us-west-2"',)}


def test_a_deleted_space_of_a_domain_that_is_found_names_no_setting() -> None:
    gone = change("aws_sagemaker_space", action=Action.GONE, space_name="bob")
    users = replace(plan(*user("alice"), stack="users"), gone=(gone,))
    (risk,) = risks([plan(change("aws_iam_role", action=Action.NOTHING)), users], Settings())
    assert risk.settings == ()
    (risk,) = risks([replace(users, changes=tuple(user("alice", Action.CREATE)))], Settings())
    assert risk.settings == ('region = "us-east-1"',)


def test_a_replaced_domain_names_the_attribute_that_forces_it() -> None:
    before, after = (
        {"retention_policy": [{"home_efs_file_system": it}]} for it in ("Delete", "Retain")
    )
    replaced = update(
        "aws_sagemaker_domain",
        before,
        after,
        action=Action.REPLACE,
        forcing=("retention_policy[0].home_efs_file_system",),
    )
    (risk,) = risks([plan(replaced)], Settings())
    assert risk.settings == ('domain.retention = "Retain"',)


def test_a_removal_has_no_cause_while_the_settings_have_the_user() -> None:
    """The plan is from other settings."""
    assert {risk.settings for risk in sample_risks("removed_user", {})} == {()}
