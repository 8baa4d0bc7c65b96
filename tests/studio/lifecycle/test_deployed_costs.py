"""`studio pause`: what a deployment costs now, and while it is paused."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest

from catalog.service_prices import HOURS_A_MONTH, NODE_HOUR
from studio.aws.domain_resources import DomainResource
from studio.aws.nodes import Registration
from studio.lifecycle.deployed_costs import bill
from studio.lifecycle.inventory import DeployedResources, RunningResources


def app(instance: str | None) -> DomainResource:
    listed = {"ResourceSpec": {"InstanceType": instance} if instance else {}}
    return DomainResource(key=(), name="alice", status="InService", listed=listed)


@pytest.fixture
def deployed() -> DeployedResources:
    """A deployment with two KMS keys in one stack and one in another."""
    return DeployedResources(domain_id="d-1", vpc_id=None, keys={"role": 2, "network": 1})


def test_each_app_each_node_and_each_key_is_billed(deployed: DeployedResources) -> None:
    nodes = [MagicMock(Registration, is_node=is_node) for is_node in (True, True, False)]
    running = RunningResources(apps=[app("ml.t3.large")] * 2, registrations=[*nodes])
    found = bill(MagicMock(), deployed, running)
    assert (found.apps, found.nodes) == (0.2, 2 * NODE_HOUR)
    assert found.keys == pytest.approx(3 / HOURS_A_MONTH)
    assert found.per_day == pytest.approx(24 * (found.apps + found.nodes + found.keys))
    assert found.paused.per_day == pytest.approx(24 * found.keys)


def test_instances_without_a_known_price_are_named(deployed: DeployedResources) -> None:
    types = ["ml.new.large", "ml.t3.large", "ml.new.large", None]
    running = RunningResources(apps=list(map(app, types)), registrations=[])
    found = bill(MagicMock(), deployed, running)
    assert (found.apps, found.unpriced) == (0.1, ("ml.new.large",))
    assert "keys 0.10, and ml.new.large; us-east-1)" in str(found)
    assert "ml.new" not in str(found.paused)
