"""`studio cost`: the cost per day of the settings, and the savings with other settings."""

from typing import Any

import pytest

from settings import Settings
from studio.review.settings_costs import CDK_DEMO_USD, cost_of_day
from tests.studio.review.plans import existing

KEY = 12 / 365


def settings(**given: Any) -> Settings:
    return Settings.model_validate({"users": {"alice": {}}, **given})


def test_an_idle_day_costs_endpoints_and_keys() -> None:
    day = cost_of_day(settings())
    assert day.idle == pytest.approx(7 * 2 * 0.24 + 2 * KEY)
    assert day.paused == pytest.approx(2 * KEY)
    assert pytest.approx(5.76) == CDK_DEMO_USD
    assert cost_of_day(settings(region="eu-central-1")) == day, "the prices are of us-east-1"


def test_a_working_day_adds_each_users_instance_and_node() -> None:
    day = cost_of_day(settings(users={"alice": {}, "bob": {"connect": "ssh-helper"}}))
    assert day.working - day.idle == pytest.approx(2 * 24 * 0.1 + 24 * 0.00695)
    assert [(item.part, item.name) for item in day.apps] == [
        ("alice", "ml.t3.large"),
        ("bob", "ml.t3.large"),
        ("bob", "node of ssh-helper"),
    ]


def test_without_connections_there_are_no_nodes() -> None:
    day = cost_of_day(settings(users={"bob": {"connect": "ssh-helper"}}, features=[]))
    assert [item.name for item in day.apps] == ["ml.t3.large"]


@pytest.mark.parametrize(("kms", "keys"), [("create", 2), ("aws-managed", 0)])
def test_keys_of_aws_cost_nothing(kms: str, keys: int) -> None:
    assert len(cost_of_day(settings(domain={"kms": kms})).keys) == keys


def test_a_shared_endpoint_counts_once() -> None:
    day = cost_of_day(settings(features=["connect", "jobs"]))
    names = [item.name.split()[1] for item in day.endpoints]
    assert len(names) == len(set(names)) == 9
    saved = {one.setting: one.usd for one in day.savings}
    assert saved['features without "jobs"'] == pytest.approx(2 * 0.48)


def test_existing_endpoints_cost_nothing() -> None:
    day = cost_of_day(existing(1, ["ssm", "ssmmessages"]))
    assert day.idle == pytest.approx(5 * 0.24 + KEY)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"network": {"endpoint_zones": 1}}, "network.endpoint_zones = 1"),
        ({"features": []}, 'features without "connect"'),
        ({"network": {"flow_logs": False}}, "network.flow_logs = false"),
        (
            {"domain": {"kms": "aws-managed"}},
            'domain.kms = "aws-managed" (before the first deployment)',
        ),
    ],
)
def test_a_saving_is_the_difference_to_the_other_settings(
    change: dict[str, Any], setting: str
) -> None:
    before, after = cost_of_day(settings()), cost_of_day(settings(**change))
    saved = {one.setting: one.usd for one in before.savings}
    assert saved[setting] == pytest.approx(before.idle - after.idle, abs=1e-5)
    assert setting not in {one.setting for one in after.savings}
