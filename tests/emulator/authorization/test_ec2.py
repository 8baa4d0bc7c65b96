"""The permissions of EC2's operations, for resources with tags and for other services."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.authorization.ec2 import permissions
from studio_emulator.call import Call
from studio_emulator.server import Emulator
from tests.emulator.authorization.required import required
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
    as_tags,
    refusal,
)

ROLE = f"arn:aws:iam::{ACCOUNT}:role/lab-user"


def test_resource_tag_condition(aws: Emulator, client_of: Callable[..., Any]) -> None:
    lab = {"aws:ResourceTag/StudioDeployment": "lab"}
    ec2 = client_of("ec2", allow("ec2:DeleteVpc", StringEquals=lab), allow("ec2:CreateVpc"))
    (own, other) = (
        aws.client("ec2").create_vpc(
            CidrBlock="10.0.0.0/16",
            TagSpecifications=[
                {"ResourceType": "vpc", "Tags": [{"Key": "StudioDeployment", "Value": name}]}
            ],
        )["Vpc"]["VpcId"]
        for name in ("lab", "other")
    )
    ec2.delete_vpc(VpcId=own)
    assert refusal(ec2.delete_vpc, VpcId=other)[0] == "UnauthorizedOperation"
    vpc = {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "lab"}]}
    _, message = refusal(ec2.create_vpc, CidrBlock="10.1.0.0/16", TagSpecifications=[vpc])
    assert "ec2:CreateTags" in message


@pytest.mark.parametrize(
    ("operation", "given", "needed"),
    [
        (
            "create_vpc_endpoint",
            {"VpcEndpointType": "Interface", "PrivateDnsEnabled": True},
            "route53:AssociateVPCWithHostedZone",
        ),
        (
            "create_flow_logs",
            {"LogGroupName": "lab", "DeliverLogsPermissionArn": ROLE},
            f"iam:PassRole on resource: {ROLE}",
        ),
    ],
)
def test_ec2_requires_permissions_of_other_services(
    operation: str,
    given: dict[str, Any],
    needed: str,
    aws: Emulator,
    client_of: Callable[..., Any],
) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    about = {
        "create_vpc_endpoint": {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.sts"},
        "create_flow_logs": {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL"},
    }[operation]
    ec2 = client_of("ec2", allow("ec2:CreateVpcEndpoint", "ec2:CreateFlowLogs"))
    _, message = refusal(getattr(ec2, operation), **about, **given)
    assert needed in message


EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
VPC = "vpc-0123456789abcdef0"
TAGS = [{"ResourceType": "vpc", "Tags": as_tags(cost="1")}]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("DescribeVpcs", {"VpcIds": [VPC]}, ["ec2:DescribeVpcs *"]),
        ("DeleteVpc", {"VpcId": VPC}, [f"ec2:DeleteVpc {EC2}:vpc/{VPC}"]),
        (
            "CreateVpcEndpoint",
            {"VpcId": VPC},
            [
                f"ec2:CreateVpcEndpoint {EC2}:vpc/{VPC}",
                f"ec2:CreateVpcEndpoint {EC2}:vpc-endpoint/*",
            ],
        ),
        (
            "CreateVpc",
            {"TagSpecifications": TAGS},
            [f"ec2:CreateVpc {EC2}:vpc/*", f"ec2:CreateTags {EC2}:vpc/*"],
        ),
    ],
)
def test_resources(call: Call, operation: str, params: dict[str, Any], expected: list[str]) -> None:
    assert required(permissions(operation, params, call)) == expected


def test_condition_keys(aws: Emulator, call: Call) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=TAGS)["Vpc"]["VpcId"]
    (tagging,) = permissions("CreateTags", {"Resources": [vpc], "Tags": as_tags(team="a")}, call)
    requested = {"aws:RequestTag/team": "a", "aws:TagKeys": ["team"]}
    held = {"aws:ResourceTag/cost": "1", "ec2:ResourceTag/cost": "1"}
    assert tagging.context == {**requested, **held}
    _, on_create = permissions("CreateVpc", {"TagSpecifications": TAGS}, call)
    assert on_create.context["ec2:CreateAction"] == "CreateVpc"
