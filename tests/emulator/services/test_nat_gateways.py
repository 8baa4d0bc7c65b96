"""NAT gateways and their network interfaces."""

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "MissingParameter"),
        ({"ConnectivityType": "private", "PrivateIpAddress": "10.0.0.8"}, "UnsupportedOperation"),
    ],
)
def test_invalid_gateways_are_refused(net: Ec2Network, params: dict[str, str], code: str) -> None:
    assert code_of(net.ec2.create_nat_gateway, SubnetId=net.subnets[0], **params) == code


def test_deleting_a_nat_gateway_deletes_its_interface(aws: Emulator, net: Ec2Network) -> None:
    address = net.ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = net.ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=address)["NatGateway"]
    gateway = {"NatGatewayId": made["NatGatewayId"]}
    (interface,) = net.ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert interface["InterfaceType"] == "nat_gateway"
    assert made["NatGatewayAddresses"][0]["PrivateIp"].startswith("10.0.0.")
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    net.ec2.delete_nat_gateway(**gateway)
    net.ec2.delete_subnet(SubnetId=net.subnets[0])
    assert "AssociationId" not in net.ec2.describe_addresses()["Addresses"][0]
    assert {item.type for item in aws.inventory()} == {
        "elastic-ip",
        "security-group",
        "subnet",
        "vpc",
    }
    assert code_of(net.ec2.delete_nat_gateway, **gateway) == "NatGatewayNotFound"
