"""The VPCs of deployments, by their tag, and those that were created twice."""

import pytest

from studio.aws.client import Aws
from studio.aws.errors import AwsError
from studio.aws.networks import delete_network, duplicates, list_networks
from tests.studio.account import REGION, Studio, client, mark

AWS = Aws(REGION)


def test_networks_are_found_by_their_tag(ours: Studio, theirs: Studio) -> None:
    ec2 = client(ours.aws, "ec2")
    double, lone, second = (
        ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(3)
    )
    assert list_networks(AWS) == []
    mark(ours, ours.vpc_id, double)
    mark(ours, lone, second, deployment="begun")
    mark(theirs, theirs.vpc_id)
    assert [network.id for network in duplicates(list_networks(AWS))] == [double]
    begun = list_networks(AWS, deployment="begun")
    assert [network.id for network in duplicates(begun, in_state=lone)] == [second]
    found = {network.id: network for network in list_networks(AWS, deployment="ours")}
    assert found.keys() == {ours.vpc_id, double}
    assert {network.deployment for network in list_networks(AWS)} == {"ours", "theirs", "begun"}
    assert (found[ours.vpc_id].empty, found[double].empty) == (False, True)
    with pytest.raises(AwsError, match="DependencyViolation"):
        delete_network(AWS, found[ours.vpc_id], lambda _: None)
    for _ in range(2):
        delete_network(AWS, found[double], lambda _: None)
    assert [network.id for network in list_networks(AWS, deployment="ours")] == [ours.vpc_id]
