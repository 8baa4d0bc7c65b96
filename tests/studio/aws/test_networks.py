"""The VPCs of deployments, by their tag."""

import pytest

from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.networks import delete_network, list_networks
from tests.studio.account import REGION, Studio, client

AWS = Aws(REGION)


def test_networks_are_found_by_their_tag(ours: Studio, theirs: Studio) -> None:
    ec2 = client(ours.aws, "ec2")
    double = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert list_networks(AWS) == []
    for vpc, name in ((ours.vpc_id, "ours"), (double, "ours"), (theirs.vpc_id, "theirs")):
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "StudioDeployment", "Value": name}])
    found = {network.id: network for network in list_networks(AWS, deployment="ours")}
    assert found.keys() == {ours.vpc_id, double}
    assert {network.deployment for network in list_networks(AWS)} == {"ours", "theirs"}
    assert (found[ours.vpc_id].empty, found[double].empty) == (False, True)
    with pytest.raises(AwsError, match="DependencyViolation"):
        delete_network(AWS, found[ours.vpc_id], lambda _: None)
    for _ in range(2):
        delete_network(AWS, found[double], lambda _: None)
    assert [network.id for network in list_networks(AWS, deployment="ours")] == [ours.vpc_id]
