"""Interface endpoints: their price, and their deletion."""

import pytest

from studio.aws.client import Aws
from studio.aws.endpoints import delete_endpoints, usd_per_hour
from tests.studio.account import REGION, Studio, client
from tests.studio.deployed import Deployed

AWS = Aws(REGION)


def ids(it: Deployed) -> list[str]:
    held = it.state["network"]
    return [one.attributes["id"] for one in held if one.kind == "aws_vpc_endpoint"]


def test_each_zone_of_an_endpoint_is_billed(deployed: Deployed) -> None:
    found = ids(deployed)
    assert usd_per_hour(AWS, found) == pytest.approx(2 * 2 * 0.01)
    assert usd_per_hour(AWS, found[:1]) == pytest.approx(2 * 0.01)
    assert usd_per_hour(AWS, []) == 0


def test_delete_endpoints_deletes_only_the_named_ones(ours: Studio, deployed: Deployed) -> None:
    first, second = ids(deployed)
    said: list[str] = []
    delete_endpoints(AWS, [first, "vpce-00000000000000000"], said.append)
    left = client(ours.aws, "ec2").describe_vpc_endpoints()["VpcEndpoints"]
    assert [one["VpcEndpointId"] for one in left if one["State"].lower() != "deleted"] == [second]
    assert said == ["deleted   1 interface endpoints"]
    delete_endpoints(AWS, [first], said.append)
    assert len(said) == 1
