"""Existing resources are checked before anything is created."""

from __future__ import annotations

import pytest

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.lifecycle.preflight import require_existing
from studio_emulator.server import Emulator
from tests.studio.account import REGION, client
from tests.studio.network_team import TeamVpc


def test_an_allowed_route_to_the_internet_is_returned(team_vpc: TeamVpc) -> None:
    made = team_vpc.ec2.create_nat_gateway(
        SubnetId=team_vpc.subnet_ids[0], ConnectivityType="private"
    )
    nat = made["NatGateway"]["NatGatewayId"]
    team_vpc.ec2.create_route(
        RouteTableId=team_vpc.table_id, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat
    )
    said: list[str] = []
    wanted = Settings.model_validate(team_vpc.settings(allow_internet=True))
    assert require_existing(wanted, Aws(REGION), said.append) == tuple(
        f"{subnet} reaches 0.0.0.0/0 through {nat}" for subnet in team_vpc.subnet_ids
    )
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
