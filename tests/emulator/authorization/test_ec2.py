"""The permissions of EC2's operations, for resources with tags and for other services."""

from typing import Any

import pytest

from studio_emulator.authorization.ec2 import permissions
from studio_emulator.call import Call
from studio_emulator.server import Emulator
from tests.emulator.authorization.conftest import required
from tests.emulator.samples import ACCOUNT, as_tags

VPC, GROUP, RULE, FLOW_LOG = (f"{kind}-0123456789abcdef0" for kind in ("vpc", "sg", "sgr", "fl"))
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lab-user"
TAGS = [{"ResourceType": "vpc", "Tags": as_tags(cost="1")}]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("DescribeVpcs", {"VpcIds": [VPC]}, ["*"]),
        ("DeleteVpc", {"VpcId": VPC}, [f"vpc/{VPC}"]),
        (
            "CreateVpcEndpoint",
            {"VpcId": VPC, "PrivateDnsEnabled": True},
            [f"vpc/{VPC}", "vpc-endpoint/*", "route53:AssociateVPCWithHostedZone *"],
        ),
        (
            "CreateFlowLogs",
            {"ResourceIds": [VPC], "DeliverLogsPermissionArn": ROLE},
            [f"vpc/{VPC}", "vpc-flow-log/*", "iam:PassRole role/lab-user"],
        ),
        ("DeleteFlowLogs", {"FlowLogIds": [FLOW_LOG]}, [f"vpc-flow-log/{FLOW_LOG}"]),
        ("CreateVpc", {"TagSpecifications": TAGS}, ["vpc/*", "ec2:CreateTags vpc/*"]),
        (
            "AuthorizeSecurityGroupIngress",
            {
                "GroupId": GROUP,
                "TagSpecifications": [{**TAGS[0], "ResourceType": "security-group-rule"}],
            },
            [f"security-group/{GROUP}", "ec2:CreateTags security-group-rule/*"],
        ),
        (
            "CreateTags",
            {"Resources": [RULE], "Tags": as_tags(cost="1")},
            [f"security-group-rule/{RULE}"],
        ),
        (
            "RevokeSecurityGroupEgress",
            {"GroupId": GROUP, "SecurityGroupRuleIds": [RULE]},
            [f"security-group/{GROUP}"],
        ),
    ],
)
def test_resources(call: Call, operation: str, params: dict[str, Any], expected: list[str]) -> None:
    assert required(operation, permissions(operation, params, call), call) == expected


def test_condition_keys(aws: Emulator, call: Call) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=TAGS)["Vpc"]["VpcId"]
    (tagging,) = permissions("CreateTags", {"Resources": [vpc], "Tags": as_tags(team="a")}, call)
    requested = {"aws:RequestTag/team": "a", "aws:TagKeys": ["team"]}
    held = {"aws:ResourceTag/cost": "1", "ec2:ResourceTag/cost": "1"}
    assert tagging.context == {**requested, **held}
    _, on_create = permissions("CreateVpc", {"TagSpecifications": TAGS}, call)
    assert on_create.context["ec2:CreateAction"] == "CreateVpc"
