"""EC2 names the ids that do not exist."""

import pytest

from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import refusal


@pytest.mark.parametrize(
    ("operation", "member", "prefix", "noun"),
    [
        ("describe_vpcs", "VpcIds", "vpc", "vpc ID"),
        ("describe_subnets", "SubnetIds", "subnet", "subnet ID"),
        ("describe_security_groups", "GroupIds", "sg", "security group"),
        ("describe_addresses", "AllocationIds", "eipalloc", "allocation ID"),
        ("describe_volumes", "VolumeIds", "vol", "volume"),
    ],
)
def test_unknown_ids_are_named(
    net: Ec2Network, operation: str, member: str, prefix: str, noun: str
) -> None:
    known = {"VpcIds": [net.vpc], "SubnetIds": [net.subnets[0]], "GroupIds": [net.group]}
    one, other = (f"{prefix}-{digit * 17}" for digit in "01")
    for asked, words in (
        ([*known.get(member, []), one], f"The {noun} '{one}' does not exist"),
        ([other, one], f"The {noun}s '{other}, {one}' do not exist"),
    ):
        assert refusal(getattr(net.ec2, operation), **{member: asked})[1] == words
