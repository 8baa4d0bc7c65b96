"""Existing resources are checked before anything is created, on the emulated EC2.

tests/studio/doctor/test_existing_*.py have each problem alone, and more of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from settings import Settings, SettingsError
from studio.aws.client import Aws
from studio.lifecycle.preflight import require_existing
from studio_emulator.server import Emulator
from tests.studio.account import ACCOUNT, REGION, client
from tests.studio.lifecycle import team_vpcs
from tests.studio.lifecycle.team_vpcs import OTHER
from tests.studio.network_team import ALL, TeamVpc

Change = Callable[[TeamVpc], dict[str, Any] | None]
"""Makes a VPC that suits different; the keys of [network] that it returns are set."""

S3, ENDS, WAY = "network-s3", "network-endpoints", "network-internet"
A, B = r"subnet-\w+", r"subnet-\w+, subnet-\w+"

VARIATIONS: list[tuple[Change, list[str]]] = [
    # the lines that are printed, as regular expressions
    (team_vpcs.small_and_private, []),
    (team_vpcs.public_routes, [
        *[f"{WAY}: not private: {A} reaches 0.0.0.0/0 through igw-.*; ask the network team",
          f"{WAY}: .* reaches 128.0.0.0/1 through nat-",
          f"{WAY}: .* reaches 8.8.8.8/32 through tgw-",
          f"{WAY}: .* reaches 64.0.0.0/2 through vgw-",
          f"{WAY}: .* reaches 32.0.0.0/3 through eni-",
          f"{WAY}: .* reaches ::/0 through eigw-"] * 2,
        *[f"{S3}: the route table of {A} has no route to S3; ask .* for a gateway"] * 2]),
    (team_vpcs.endpoints, [
        f"{S3}: the policy of vpce-.* denies s3:GetObject to the roles of account {ACCOUNT}",
        f"{ENDS}: .* no endpoint for .*studio; endpoints of another VPC, through tgw-.*, are not "
        "supported; ask the network team for aws ec2 create-vpc-endpoint .*; or set "
        "network.endpoints = .*, and `studio up` creates",
        f"{ENDS}: .* allows no other account, .*; or set defaults.connect = \"ssh-helper\"",
        f"{ENDS}: vpce-.* for .*ssmmessages has private DNS off; .* modify-vpc-endpoint",
        f"{ENDS}: the policy of vpce-.*sts.* denies sts:GetCallerIdentity",
        f"{ENDS}: .*denies logs:PutLogEvents"]),
    (team_vpcs.groups_of_endpoints, [
        f"{ENDS}: the security groups of vpce-.* allow no HTTPS from {A}; .* from 100.64.0.0/24 in "
        ] * len(ALL)),
    (team_vpcs.subnets, [
        f"network-subnets: {A} is in vpc-.*, not in vpc-",
        "network-subnets: subnet-0123456789abcdef0 does not exist in account ",
        f"network-subnets: {A} is in us-east-1e, where SageMaker has no endpoint; ask .* in one"]),
    (team_vpcs.names_acls_and_groups, [
        "network-dns: enable-dns-support of vpc-.* is off, .* modify-vpc-attribute",
        "network-dns: enable-dns-hostnames of vpc-",
        f"network-acls: acl-.* of {A} denies outbound TCP 443 to 10.8.1.0/24; .* outbound rule",
        f"network-acls: acl-.* of {A} denies inbound TCP 32768-60999 from 10.8.1.0/24; ",
        "network-groups: sg-.* is not a security group of vpc-",
        "network-groups: sg-.* allow no outbound HTTPS; "]),
    (lambda _: {"vpc_id": "vpc-0123456789abcdef0"}, [
        "network-vpc: vpc-0123456789abcdef0 does not exist in us-east-1"]),
]  # fmt: skip


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


def said_of(team: TeamVpc, keys: dict[str, Any]) -> tuple[list[str], str]:
    """What is printed, and the error."""
    lines: list[str] = []
    try:
        require_existing(Settings.model_validate(team.settings(**keys)), Aws(REGION), lines.append)
    except SettingsError as error:
        return lines, str(error)
    return lines, ""


def assert_matches(lines: list[str], wanted: list[str]) -> None:
    """Each line matches the regular expression in its place."""
    assert len(lines) == len(wanted), lines
    assert [line for line, one in zip(lines, wanted, strict=True) if not re.match(one, line)] == []


@pytest.mark.parametrize(("change", "wanted"), VARIATIONS)
def test_each_finding_is_reported_and_nothing_is_changed(
    entered: Emulator, team_vpc: TeamVpc, change: Change, wanted: list[str]
) -> None:
    keys = change(team_vpc) or {}
    before = entered.inventory()
    lines, error = said_of(team_vpc, keys)
    problems = f"{len(wanted)} problem{'s' if len(wanted) > 1 else ''}"
    named = f"{problems} with what the settings name (see above); nothing was changed"
    assert error == (named if wanted else "")
    assert_matches(lines, wanted)
    assert entered.inventory() == before


@pytest.mark.parametrize(
    ("endpoints", "wanted"),
    [
        ("existing", []),
        ("create", [f"network-subnets: {B}: only their owner, account {OTHER}, can create"]),
    ],
)
def test_subnets_that_another_account_shares(
    entered: Emulator, monkeypatch: pytest.MonkeyPatch, endpoints: str, wanted: list[str]
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
    lines, error = said_of(team, {"endpoints": endpoints})
    assert bool(error) is bool(wanted)
    hidden = ("network-endpoints", "network-acls", "network-acls-s3")
    assert_matches(lines, [*wanted, *(f"{one}: cannot be looked up" for one in hidden)])
    assert f"network-endpoints: cannot be looked up: account {OTHER}" in " ".join(lines)
