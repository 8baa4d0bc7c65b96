"""The VPC in which a deployment into an existing one is rehearsed."""

from __future__ import annotations

from settings import Settings
from studio.aws.client import Aws
from studio.aws.existing_network import read_network
from studio.lifecycle import stand_in
from studio_emulator.server import Emulator
from tests.studio.account import REGION, client
from tests.studio.network_team import TeamVpc


def test_it_has_what_the_existing_one_has_under_other_ids(entered: Emulator) -> None:
    team = TeamVpc.create(client(entered, "ec2"))
    team.ec2.associate_vpc_cidr_block(VpcId=team.vpc_id, CidrBlock="100.64.0.0/20")
    wanted = Settings.model_validate(
        team.settings(endpoints="create", security_group_ids=[team.group_id])
    )
    existing = read_network(Aws(REGION), wanted)
    ids = stand_in.create(Aws(REGION), stand_in.describe(wanted, existing))
    assert ids.keys() == {team.vpc_id, *team.subnet_ids, team.group_id}
    assert ids.keys().isdisjoint(ids.values())
    copied = wanted.model_dump(mode="json")
    copied["network"] |= {
        "vpc_id": ids[team.vpc_id],
        "subnet_ids": [ids[subnet] for subnet in team.subnet_ids],
    }
    for key in ("cidr", "zones", "endpoint_zones", "flow_logs", "flow_log_days"):
        copied["network"].pop(key)
    found = read_network(Aws(REGION), Settings.model_validate(copied))
    assert (found.cidrs, found.dns_hostnames) == (existing.cidrs, True)
    assert [(one.cidr, one.zone) for one in found.subnets] == [
        (one.cidr, one.zone) for one in existing.subnets
    ]


def test_a_plan_names_what_exists() -> None:
    ids = {"vpc-0123456789abcdef0": "vpc-0fedcba9876543210"}
    plan = '{"vpc_id": "vpc-0fedcba9876543210"}'
    shown = stand_in.replace(plan, {new: old for old, new in ids.items()})
    assert shown == '{"vpc_id": "vpc-0123456789abcdef0"}'
