"""The users, apps, nodes and costs that `studio status` shows."""

from datetime import UTC, datetime, timedelta

import pytest

from settings import Settings
from studio.aws.client import Aws
from studio.aws.spaces import app_of
from studio.lifecycle.status import Overview, Use, as_table, overview
from tests.emulator.samples import REGION
from tests.studio.deployed_studio import DeployedStudio, deny


def after(deployed_studio: DeployedStudio, *, hours: float = 1, **spec: str) -> Overview:
    """The overview so long after the start of alice's app with this ResourceSpec."""
    deployed_studio.start("alice", **spec)
    app = app_of(Aws(REGION), deployed_studio.space())
    assert app is not None
    now = app.since + timedelta(hours=hours)
    return overview(deployed_studio.settings, domain_id=deployed_studio.domain_id, now=now)


def test_apps_nodes_and_costs(deployed_studio: DeployedStudio) -> None:
    nodes = {deployed_studio.node("bob"), deployed_studio.node("bob")}
    deployed_studio.node("alice", domain_id="d-elsewhere")
    found = after(deployed_studio, hours=2.5)
    alice, bob = found.uses
    assert (alice.app, alice.status, alice.instance) == ("JupyterLab", "InService", "ml.t3.large")
    assert (alice.usd_per_hour, alice.usd, alice.nodes) == (0.1, 0.25, ())
    assert (bob.app, bob.since, bob.usd_per_hour, bob.usd) == (None, None, 0.0, 0.0)
    assert set(bob.nodes) == nodes
    assert bob.nodes_usd_per_hour == pytest.approx(0.0139)
    # Seven endpoints in two zones.
    assert (found.endpoints, found.endpoints_usd_per_hour) == (7, 0.14)
    assert found.usd_per_hour == pytest.approx(0.2539)
    assert "endpoints: 7, at 0.14 USD an hour of it" in as_table(found)


def test_a_paused_deployment(deployed_studio: DeployedStudio) -> None:
    deployed_studio.ec2.delete_vpc_endpoints(
        VpcEndpointIds=list(deployed_studio.endpoints.values())
    )
    found = after(deployed_studio)
    assert (found.endpoints, found.usd_per_hour) == (0, 0.1)
    assert "paused: there are no endpoints; `studio resume` creates" in as_table(found)


def test_an_existing_vpc_with_all_endpoints_is_not_paused(deployed_studio: DeployedStudio) -> None:
    network = {"vpc_id": "vpc-0abc1234", "subnet_ids": ["subnet-0abc1234"], "endpoints": "existing"}
    settings = Settings.model_validate({"name": "other", "network": network})
    found = overview(settings, domain_id=deployed_studio.domain_id, now=datetime.now(UTC))
    assert (found.endpoints, found.owns_endpoints) == (0, False)
    assert "paused" not in as_table(found)
    assert "without the endpoints, which belong to the existing VPC" in as_table(found)


def test_status_needs_no_permission_to_list_endpoints(
    deployed_studio: DeployedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, "ec2", "DescribeVpcEndpoints")
    found = after(deployed_studio)
    assert (found.endpoints, found.usd_per_hour) == (None, 0.1)
    assert "without the endpoints, which these credentials may not list" in as_table(found)


def test_remote_access(deployed_studio: DeployedStudio) -> None:
    deployed_studio.update_space("alice", RemoteAccess="ENABLED")
    assert [use.remote_access for use in after(deployed_studio).uses] == [True, False]


def test_an_instance_without_a_known_price_has_an_unknown_cost(
    deployed_studio: DeployedStudio,
) -> None:
    found = after(deployed_studio, InstanceType="ml.m6i.xlarge")
    assert (found.uses[0].usd_per_hour, found.uses[0].usd) == (None, None)
    assert as_table(found).splitlines()[1].split()[6:8] == ["?", "?"]
    assert "without those of ml.m6i.xlarge" in as_table(found)


def test_a_user_who_is_not_deployed_has_no_space(deployed_studio: DeployedStudio) -> None:
    more = Settings.model_validate({"users": {"alice": {}, "carol": {}}})
    deployed_studio.settings = more
    carol = after(deployed_studio).uses[1]
    assert (carol.user, carol.space, carol.nodes) == ("carol", None, ())


def test_users_who_are_not_in_the_settings_are_shown_too(deployed_studio: DeployedStudio) -> None:
    deployed_studio.settings = Settings.model_validate({"users": {"alice": {}}})
    deployed_studio.start("bob")
    node = deployed_studio.node("bob")
    alice, bob = after(deployed_studio).uses
    assert (alice.user, bob.user, bob.space, bob.usd) == ("alice", "bob", "bob", 0.1)
    assert bob.nodes == (node,)


def test_the_columns_of_the_table() -> None:
    table = as_table(
        Overview(
            domain_id="d-1",
            region=REGION,
            endpoints=0,
            owns_endpoints=True,
            endpoints_usd_per_hour=0.0,
            usd_per_hour=0.0,
            uses=(Use(user="bob", space="bob"),),
        )
    )
    title, row, total, _ = table.splitlines()
    assert row.rindex("bob") == title.index("SPACE")
    assert row.index("off") == title.index("REMOTE")
    assert total == "0 USD an hour in total, at the prices of us-east-1"
