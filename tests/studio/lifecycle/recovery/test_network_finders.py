"""The network in use is found, and an incomplete answer is an error."""

import pytest

from catalog.names import DEPLOYMENT_TAG
from studio.aws.client import Aws
from studio.lifecycle.recovery.finders import candidates
from studio_emulator.server import Emulator


def test_the_network_in_use_comes_first(aws: Emulator, found: Aws) -> None:
    tags = [{"Key": DEPLOYMENT_TAG, "Value": "studio"}]
    ec2 = aws.client("ec2")
    made = [
        ec2.create_vpc(
            CidrBlock="10.20.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
        )
        for _ in range(2)
    ]
    for used in (answer["Vpc"]["VpcId"] for answer in made):
        subnet = ec2.create_subnet(VpcId=used, CidrBlock="10.20.0.0/24")["Subnet"]["SubnetId"]
        first, _ = candidates("aws_vpc", found, {"cidr_block": "10.20.0.0/16"})
        assert first.id == used
        ec2.delete_subnet(SubnetId=subnet)


def test_an_incomplete_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Aws, "all", lambda *_, **__: [{"VpcId": "vpc-1", "Tags": [{}]}])
    with pytest.raises(KeyError):
        candidates("aws_vpc", Aws("us-east-1"), {"cidr_block": "10.20.0.0/16"})
