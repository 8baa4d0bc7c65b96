"""Existing resources are checked before anything is created."""

from __future__ import annotations

import pytest

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.lifecycle.preflight import require_existing
from studio_emulator.server import Emulator
from tests.studio.account import REGION, client
from tests.studio.network_team import TeamVpc


@pytest.fixture
def team(team_vpc: TeamVpc) -> TeamVpc:
    """A VPC whose subnets have a route to the internet."""
    made = team_vpc
    nat = made.ec2.create_nat_gateway(SubnetId=made.subnet_ids[0], ConnectivityType="private")[
        "NatGateway"
    ]["NatGatewayId"]
    made.ec2.create_route(
        RouteTableId=made.table_id, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat
    )
    return made


def test_each_problem_is_reported_with_its_fix_and_nothing_is_changed(
    entered: Emulator, team: TeamVpc
) -> None:
    team.ec2.modify_vpc_attribute(VpcId=team.vpc_id, EnableDnsHostnames={"Value": False})
    before, said = entered.inventory(), list[str]()
    with pytest.raises(SettingsError) as raised:
        require_existing(Settings.model_validate(team.settings()), Aws(REGION), said.append)
    assert str(raised.value) == (
        "3 problems with what the settings name (see above); nothing was changed"
    )
    assert raised.value.exit_code == 2
    assert [line.partition(": ")[0] for line in said] == [
        "network-dns",
        "network-internet",
        "network-internet",
    ]
    assert all("; ask the network team for " in line for line in said)
    assert entered.inventory() == before


def test_an_allowed_route_to_the_internet_is_returned(team: TeamVpc) -> None:
    said: list[str] = []
    wanted = Settings.model_validate(team.settings(allow_internet=True))
    first, second = require_existing(wanted, Aws(REGION), said.append)
    assert first.startswith(f"{team.subnet_ids[0]} reaches 0.0.0.0/0 through nat-")
    assert second.startswith(f"{team.subnet_ids[1]} reaches 0.0.0.0/0 through nat-")
    assert said == []


def test_a_vpc_of_its_own_needs_no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert require_existing(Settings(), Aws(REGION), print) == ()


def test_roles_and_buckets_are_checked(entered: Emulator) -> None:
    missing = "arn:aws:iam::123456789012:role/missing"
    client(entered, "s3").create_bucket(Bucket="team-state")
    wanted = Settings.model_validate(
        {
            "defaults": {"execution_role": missing},
            "state": {"bucket": "team-state"},
            "users": {"alice": {}},
        }
    )
    before, said = entered.inventory(), list[str]()
    with pytest.raises(SettingsError, match="1 problem with what the settings name"):
        require_existing(wanted, Aws(REGION), said.append)
    role, bucket = said
    assert role.startswith(f"existing-roles: {missing} does not exist; ask the identity team to ")
    assert bucket.startswith("state-bucket: team-state is not "), "which stops nobody"
    assert entered.inventory() == before
