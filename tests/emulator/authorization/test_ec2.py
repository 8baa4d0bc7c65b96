"""The permissions of EC2's operations, for resources with tags and for other services."""

from collections.abc import Callable
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import (
    ACCOUNT,
    REGION,
    allow,
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
