"""Which changes put data at risk."""

from collections.abc import Iterable

import pytest

from settings import Settings
from studio.review.data_loss import DATA_RESOURCES, Risk, risks
from studio.terraform.plan import Action
from tests.studio.review.plans import change, plan, sample, sample_risks, update

STUDIO = ("aws_sagemaker_domain", "aws_sagemaker_space", "aws_sagemaker_user_profile")


def kinds(found: Iterable[Risk]) -> set[tuple[str, Action]]:
    return {(risk.change.type, risk.action) for risk in found}


@pytest.mark.parametrize(
    ("name", "types"), [("zones", STUDIO), ("cidr", (*STUDIO, "aws_subnet", "aws_vpc"))]
)
def test_a_replaced_domain_loses_home_directories_profiles_and_spaces(
    name: str, types: tuple[str, ...]
) -> None:
    found = sample_risks(name, {})
    assert kinds(found) == {(type_, Action.REPLACE) for type_ in types}
    domain = found[0]
    assert domain.change.type == "aws_sagemaker_domain"
    assert domain.loss == (
        f"every home directory, on {domain.change.before['home_efs_file_system_id']}, is deleted"
    )


def test_the_retention_that_counts_is_the_one_before_the_change() -> None:
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
    ("name", "kind"),
    [
        ("source_identity", ("aws_sagemaker_domain", Action.UPDATE)),
        ("retention", ("aws_sagemaker_domain", Action.UPDATE)),
        ("volume", ("aws_sagemaker_space", Action.UPDATE)),
        ("app_type", ("aws_sagemaker_space", Action.UPDATE)),
    ],
)
def test_an_update_in_place_of_a_domain_or_of_a_volume(name: str, kind: tuple[str, Action]) -> None:
    assert kinds(sample_risks(name, {})) == {kind}


def test_a_removed_user_loses_profile_and_volume() -> None:
    found = sample_risks("removed_user", {"users": {"alice": {}}})
    assert kinds(found) == {
        ("aws_sagemaker_space", Action.DESTROY),
        ("aws_sagemaker_user_profile", Action.DESTROY),
    }
    assert any("the volume of 20 GB and all files on it" in risk.loss for risk in found)


@pytest.mark.parametrize("name", ["tags", "instance"])
def test_daily_changes_lose_nothing(name: str) -> None:
    assert any(change.action is Action.UPDATE for one in sample(name) for change in one.changes)
    assert sample_risks(name, {}) == []


@pytest.mark.parametrize("type_", sorted(DATA_RESOURCES))
@pytest.mark.parametrize("action", [Action.REPLACE, Action.DESTROY])
def test_a_resource_with_data_is_at_risk_when_it_is_replaced_or_destroyed(
    type_: str, action: Action
) -> None:
    (risk,) = risks([plan(change(type_, action=action, name_="x"))], Settings())
    assert risk.loss


@pytest.mark.parametrize("action", [Action.CREATE, Action.FORGET, Action.NOTHING])
def test_a_resource_that_is_new_or_stays_is_not(action: Action) -> None:
    assert risks([plan(change("aws_sagemaker_image_version", action=action))], Settings()) == []
