"""A whole life in a VPC that a network team made: nothing of it is changed or deleted."""

import json
from pathlib import Path
from typing import Any

import boto3

from studio.lifecycle import emulated
from tests import provider
from tests.e2e.deployments import Studio
from tests.studio.network_team import TeamVpc

REGION = "us-east-1"
EXISTING = ["ssm", "sts"]


def brought(team: TeamVpc) -> dict[str, Any]:
    """What the network team made, in every detail that AWS tells."""
    ec2, of_vpc = team.ec2, [{"Name": "vpc-id", "Values": [team.vpc_id]}]
    endpoints = [team.gateway_id, *team.endpoints.values()]
    return {
        "vpc": ec2.describe_vpcs(VpcIds=[team.vpc_id])["Vpcs"],
        "subnets": ec2.describe_subnets(SubnetIds=team.subnet_ids)["Subnets"],
        "tables": ec2.describe_route_tables(Filters=of_vpc)["RouteTables"],
        "group": ec2.describe_security_groups(GroupIds=[team.group_id])["SecurityGroups"],
        "endpoints": ec2.describe_vpc_endpoints(VpcEndpointIds=endpoints)["VpcEndpoints"],
        "logs": ec2.describe_flow_logs()["FlowLogs"],
    }


def test_what_was_brought_is_as_before_after_a_whole_life(tmp_path: Path) -> None:
    log = tmp_path / "emulator.log"
    with (
        emulated.aws(log=log, speed=1000, region=REGION) as alone,
        provider.shared(alone) as aws,
    ):
        keys = {"aws_access_key_id": "emulated", "aws_secret_access_key": "emulated"}
        ec2 = boto3.client("ec2", endpoint_url=aws.url, region_name=REGION, **keys)
        team = TeamVpc.create(ec2, existing=EXISTING)
        it = Studio.in_folder(tmp_path / "deployment", aws)
        network = {"vpc_id": team.vpc_id, "subnet_ids": team.subnet_ids, "endpoints": EXISTING}
        top = "\n".join(f"network.{key} = {json.dumps(value)}" for key, value in network.items())
        it.configure(users=["alice"], image=False, top=top)
        inventory, before = aws.inventory(), brought(team)

        out = ["--out", str(it.out)]
        it.up()
        it.assert_nothing_to_do()
        made = aws.counts()
        assert (made["ec2 vpc"], made["sagemaker domain"]) == (1, 1)
        it.run("studio", "pause", "--yes", *out)
        it.down()
        it.run("studio", "sweep", "--yes")
        assert aws.inventory() == inventory
        assert brought(team) == before
