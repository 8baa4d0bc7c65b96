"""Internet gateways, Elastic IP addresses and tags."""

from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


def test_internet_gateway_attachment(net: Ec2Network) -> None:
    ec2 = net.ec2
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    route = {
        "RouteTableId": table,
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
    }
    for call in (ec2.create_route, ec2.replace_route):
        assert code_of(call, **route) == "InvalidParameterValue"
    attached = {"InternetGatewayId": gateway, "VpcId": net.vpc}
    ec2.attach_internet_gateway(**attached)
    ec2.create_route(**route)

    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=address)["NatGateway"]
    assert code_of(ec2.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
    assert code_of(ec2.detach_internet_gateway, **attached) == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    ec2.detach_internet_gateway(**attached)
    ec2.release_address(AllocationId=address)


def test_aws_tag_prefix_is_reserved(net: Ec2Network) -> None:
    tags = [{"Key": "aws:name", "Value": "x"}]
    code = code_of(net.ec2.create_tags, Resources=[net.vpc], Tags=tags)
    assert code == "InvalidParameterValue"
