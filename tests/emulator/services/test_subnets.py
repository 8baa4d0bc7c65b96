"""Subnets: zones and sizes."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1a"}, "InvalidParameterValue"),
        (
            {"CidrBlock": "10.0.9.0/24", "AvailabilityZoneId": "euw1-az1"},
            "InvalidParameterValue",
        ),
        ({"CidrBlock": "10.0.9.0/29"}, "InvalidSubnet.Range"),
    ],
)
def test_invalid_subnets_are_refused(net: Ec2Network, params: dict[str, Any], code: str) -> None:
    assert code_of(net.ec2.create_subnet, VpcId=net.vpc, **params) == code


def test_default_zone_is_in_the_region(aws: Emulator) -> None:
    ec2 = aws.client("ec2", region="eu-central-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
    assert subnet["AvailabilityZone"] == "eu-central-1a"
