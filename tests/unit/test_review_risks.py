"""What real plans would lose, and which setting is told to be the reason."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scripts.support.review.plan import Action, Change, Plan, read_plan
from scripts.support.review.risks import HOLDINGS, Risk, risks
from settings import Settings

PLANS = Path(__file__).parent / "plans"
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


def test_in_another_region_nothing_is_found_any_more() -> None:
    told = found("region", {"region": "us-west-2"})
    assert ("aws_sagemaker_domain", Action.GONE) in kinds(told)
    gone = [risk.settings for risk in told if risk.action is Action.GONE]
    assert set(gone) == {('region = "us-west-2"',)}


@pytest.mark.parametrize("type_", sorted(HOLDINGS))
@pytest.mark.parametrize("action", [Action.REPLACE, Action.DESTROY])
def test_whatever_holds_data_is_at_risk_when_it_goes(type_: str, action: Action) -> None:
    plan = change(type_, action, before={"name": "x"}, after={})
    (told,) = risks([plan], Settings())
    assert told.loss


@pytest.mark.parametrize("action", [Action.CREATE, Action.FORGET, Action.NOTHING])
def test_what_stays_or_is_new_is_not(action: Action) -> None:
    plan = change("aws_sagemaker_image_version", action, before={"a": 1}, after={})
    assert risks([plan], Settings()) == []
