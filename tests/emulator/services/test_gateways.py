"""Internet and NAT gateways, and Elastic IP addresses."""

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of, refused


def test_internet_gateway_attachment(net: Ec2Network) -> None:
    ec2 = net.ec2
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    for call in (ec2.create_route, ec2.replace_route):
        assert code_of(call, **route) == "InvalidParameterValue"
    attached = {"InternetGatewayId": gateway, "VpcId": net.vpc}
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    public = {"SubnetId": net.subnets[0], "AllocationId": address}
    nat = {"NatGatewayId": ec2.create_nat_gateway(**public)["NatGateway"]["NatGatewayId"]}
    (shown,) = ec2.describe_nat_gateways(NatGatewayIds=[nat["NatGatewayId"]])["NatGateways"]
    assert (shown["State"], shown["FailureCode"]) == ("failed", "Gateway.NotAttached")
    ec2.delete_nat_gateway(**nat)
    ec2.release_address(AllocationId=address)

    ec2.attach_internet_gateway(**attached)
    ec2.create_route(**route)
    second = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    second_gateway = {"InternetGatewayId": second, "VpcId": net.vpc}
    refused("InvalidParameterValue", "", ec2.attach_internet_gateway, **second_gateway)

    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=address)["NatGateway"]
    (shown,) = ec2.describe_nat_gateways(NatGatewayIds=[nat["NatGatewayId"]])["NatGateways"]
    assert shown["State"] == "available"
    assert code_of(ec2.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
    assert code_of(ec2.detach_internet_gateway, **attached) == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    ec2.detach_internet_gateway(**attached)
    ec2.release_address(AllocationId=address)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "MissingParameter"),
        ({"ConnectivityType": "private", "PrivateIpAddress": "10.0.0.8"}, "UnsupportedOperation"),
    ],
)
def test_refused_nat_gateways(net: Ec2Network, params: dict[str, str], code: str) -> None:
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


def test_routes_have_one_target_that_exists_and_no_local_destination(net: Ec2Network) -> None:
    ec2 = net.ec2
    table = {"RouteTableId": ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]}
    interface = ec2.create_network_interface(SubnetId=net.subnets[0])["NetworkInterface"]
    target = {"NetworkInterfaceId": interface["NetworkInterfaceId"]}
    gateway = {"NatGatewayId": "nat-0123456789abcdef0"}
    elsewhere = {"DestinationCidrBlock": "192.0.2.0/24"}
    for params, code in (
        (elsewhere, "InvalidParameterCombination"),
        (elsewhere | gateway, "InvalidNatGatewayID.NotFound"),
        (elsewhere | gateway | target, "InvalidParameterCombination"),
        ({"DestinationCidrBlock": "10.0.0.0/16"} | target, "RouteAlreadyExists"),
    ):
        assert code_of(ec2.create_route, **table, **params) == code
    local = {"DestinationCidrBlock": "10.0.0.0/16"}
    assert code_of(ec2.delete_route, **table, **local) == "InvalidParameterValue"
    ec2.create_route(**table, **elsewhere, **target)
    ec2.delete_route(**table, **elsewhere)


def test_unknown_nat_gateway(net: Ec2Network) -> None:
    wanted = ["nat-0123456789abcdef0"]
    refused("NatGatewayNotFound", "", net.ec2.describe_nat_gateways, NatGatewayIds=wanted)
