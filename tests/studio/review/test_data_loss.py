"""The changes that put data at risk."""

from dataclasses import replace
from typing import Any

import pytest

from settings import Settings
from studio.review.data_loss import DATA_RESOURCES, risks
from studio.terraform.plan import Action
from tests.studio.review.plans import change, plan, sample, sample_risks, update

STUDIO = ("aws_sagemaker_domain", "aws_sagemaker_space", "aws_sagemaker_user_profile")


@pytest.mark.parametrize(
    ("name", "action", "types"),
    [
        ("zones", Action.REPLACE, STUDIO),
        ("cidr", Action.REPLACE, (*STUDIO, "aws_subnet", "aws_vpc")),
        ("removed_user", Action.DESTROY, STUDIO[1:]),
        ("source_identity", Action.UPDATE, STUDIO[:1]),
        ("retention", Action.UPDATE, STUDIO[:1]),
        ("app_type", Action.UPDATE, ("aws_sagemaker_space",)),
        ("log_days", Action.UPDATE, ("aws_cloudwatch_log_group",)),
        ("keep_images", Action.REPLACE, ("aws_ecr_lifecycle_policy",)),
    ],
)
def test_a_change_of_the_settings_puts_resources_at_risk(
    name: str, action: Action, types: tuple[str, ...]
) -> None:
    found = {(risk.change.type, risk.action) for risk in sample_risks(name, {})}
    assert found == {(type_, action) for type_ in types}


@pytest.mark.parametrize("name", ["tags", "instance"])
def test_common_changes_put_nothing_at_risk(name: str) -> None:
    assert any(change.action is Action.UPDATE for one in sample(name) for change in one.changes)
    assert sample_risks(name, {}) == []


def test_the_loss_depends_on_the_retention_before_the_change() -> None:
    deleted, retained = (
        {"retention_policy": [{"home_efs_file_system": it}]} for it in ("Delete", "Retain")
    )
    for before, after, loss in (
        (deleted, retained, "is deleted"),
        (retained, deleted, "which a new domain does not use"),
    ):
        replaced = update("aws_sagemaker_domain", before, after, action=Action.REPLACE)
        (risk,) = risks([plan(replaced)], Settings())
        assert risk.loss.endswith(loss)


@pytest.mark.parametrize(
    ("name", "settings", "remedy"),
    [
        ("source_identity", {}, "undo the change of domain.source_identity"),
        (
            "retention",
            {"domain": {"retention": "Delete"}},
            "undo the change of domain.retention; set it just before `studio down`",
        ),
        (
            "app_type",
            {"users": {"alice": {"space": {"app_type": "CodeEditor"}}, "bob": {}}},
            "undo the change of users.alice.space.app_type",
        ),
    ],
)
def test_an_update_that_aws_always_refuses_cannot_be_allowed(
    name: str, settings: dict[str, Any], remedy: str
) -> None:
    risk = sample_risks(name, settings)[0]
    assert not risk.is_allowed({risk.address})
    assert risk.remedy() == remedy


def test_an_update_that_deletes_records_can_be_allowed() -> None:
    (risk,) = sample_risks("log_days", {})
    assert risk.is_allowed({risk.address})


@pytest.mark.parametrize("type_", sorted(DATA_RESOURCES))
@pytest.mark.parametrize("action", [Action.REPLACE, Action.DESTROY])
def test_a_replaced_or_destroyed_resource_with_data_is_at_risk(type_: str, action: Action) -> None:
    (risk,) = risks([plan(change(type_, action=action, name_="x"))], Settings())
    assert risk.loss
    assert [risk.is_allowed({address}) for address in (risk.address, "another")] == [True, False]


@pytest.mark.parametrize("action", [Action.CREATE, Action.FORGET, Action.NOTHING])
@pytest.mark.parametrize("type_", ["aws_sagemaker_image_version", "aws_efs_file_system"])
def test_a_new_or_remaining_resource_is_not_at_risk(type_: str, action: Action) -> None:
    unsafe = update(type_, {"name_": "before"}, {"name_": "after"}, action=action)
    assert risks([plan(unsafe)], Settings()) == []


@pytest.mark.parametrize(
    ("others", "loss"),
    [
        ((), "Terraform would create another one and remove this one from its state; check the"),
        (("aws_iam_role",), "Terraform would create another one"),
        (("aws_vpc",), "deleted outside Terraform, which would create another one"),
    ],
)
def test_data_that_aws_no_longer_has_is_at_risk(others: tuple[str, ...], loss: str) -> None:
    gone = [change(type_, action=Action.GONE) for type_ in ("aws_s3_bucket", "aws_iam_policy")]
    kept = [change(type_, action=Action.NOTHING, id="held") for type_ in others]
    (risk,) = risks([replace(plan(*kept), gone=tuple(gone))], Settings())
    assert risk.address == "aws_s3_bucket.a"
    assert risk.loss.startswith(loss)
