"""The keys of tags that EC2 refuses."""

from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


def test_aws_tag_prefix_is_reserved(net: Ec2Network) -> None:
    tags = [{"Key": "aws:name", "Value": "x"}]
    code = code_of(net.ec2.create_tags, Resources=[net.vpc], Tags=tags)
    assert code == "InvalidParameterValue"
