"""Existing resources are checked before anything is created, on the emulated EC2.

tests/studio/doctor/test_existing_*.py have each problem alone.
"""

from typing import Any

import pytest

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.console import output
from studio.console.output import Output
from studio.lifecycle.preflight import require_and_report_existing, require_existing
from studio_emulator.server import Emulator
from tests.studio.account import REGION, client
from tests.studio.network_team import TeamVpc

OTHER = "999999999999"


def test_an_allowed_route_to_the_internet_is_reported(team_vpc: TeamVpc) -> None:
    made = team_vpc.ec2.create_nat_gateway(
        SubnetId=team_vpc.subnet_ids[0], ConnectivityType="private"
    )
    nat = made["NatGateway"]["NatGatewayId"]
    team_vpc.ec2.create_route(
        RouteTableId=team_vpc.table_id, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat
    )
    said: list[str] = []
    wanted = team_vpc.settings(allow_internet=True)
    require_and_report_existing(wanted, Aws(REGION), said.append)
    assert said == [
        f"Not private: {subnet} reaches 0.0.0.0/0 through {nat} (network.allow_internet = true)"
        for subnet in team_vpc.subnet_ids
    ]


def test_a_vpc_of_its_own_needs_no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert require_existing(Settings(), Aws(REGION), print) == ()


def test_roles_and_buckets_are_checked(
    entered: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
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
    (role,), (bucket,) = capsys.readouterr().err.splitlines(), said
    assert role.startswith(f"existing-roles: {missing} does not exist; ask the identity team to ")
    assert bucket.startswith("state-bucket: team-state is not "), "which stops nobody"
    assert entered.inventory() == before


@pytest.mark.parametrize("quiet", [False, True])
def test_each_finding_is_printed_and_nothing_is_changed(
    entered: Emulator, team_vpc: TeamVpc, capsys: pytest.CaptureFixture[str], quiet: bool
) -> None:
    for attribute in ("EnableDnsHostnames", "EnableDnsSupport"):
        team_vpc.ec2.modify_vpc_attribute(VpcId=team_vpc.vpc_id, **{attribute: {"Value": False}})
    before = entered.inventory()
    console = Output(quiet=quiet)
    with output.speaking(console), pytest.raises(SettingsError) as raised:
        require_existing(team_vpc.settings(), Aws(REGION), output.progress)
    support, names = printed = capsys.readouterr().err.splitlines()
    assert console.reported == printed, "which --json prints"
    assert support.startswith(f"network-dns: enable-dns-support of {team_vpc.vpc_id} is off")
    assert names.startswith(f"network-dns: enable-dns-hostnames of {team_vpc.vpc_id} is off")
    assert "; ask the network team for aws ec2 modify-vpc-attribute" in names
    assert str(raised.value).startswith("2 problems with what the settings name (see above); ")
    assert entered.inventory() == before


@pytest.mark.parametrize("endpoints", ["existing", "create"])
def test_subnets_that_another_account_shares(
    entered: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    endpoints: str,
) -> None:
    """AWS shows the participant the owner's VPC and subnets, and none of its endpoints and ACLs."""
    team = TeamVpc.create(client(entered, "ec2"))
    ask: Any = Aws.all

    def as_participant(self: Aws, service: str, call: str, member: str, **wanted: Any) -> Any:
        if member in ("VpcEndpoints", "NetworkAcls"):
            return []
        found = ask(self, service, call, member, **wanted)
        return [one | ({"OwnerId": OTHER} if "OwnerId" in one else {}) for one in found]

    monkeypatch.setattr(Aws, "all", as_participant)
    said: list[str] = []
    wanted = team.settings(endpoints)
    if endpoints == "create":
        with pytest.raises(SettingsError, match="1 problem with"):
            require_existing(wanted, Aws(REGION), said.append)
        problem = f": only their owner, account {OTHER}, can create endpoints"
        assert problem in capsys.readouterr().err
    else:
        require_existing(wanted, Aws(REGION), said.append)
    hidden = ["network-endpoints", "network-acls", "network-acls-s3"]
    assert [line.partition(": cannot be looked up")[0] for line in said] == hidden
    assert said[0].startswith(f"network-endpoints: cannot be looked up: account {OTHER} owns")
