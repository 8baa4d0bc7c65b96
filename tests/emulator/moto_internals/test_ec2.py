"""Corrections of moto's answers: states of routes, and a filter of endpoints."""

from tests.emulator.ec2_network import API, Ec2Network


def test_route_without_its_target_is_a_blackhole(net: Ec2Network) -> None:
    ec2 = net.ec2
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    attached = {"InternetGatewayId": gateway, "VpcId": net.vpc}
    ec2.attach_internet_gateway(**attached)
    nat = ec2.create_nat_gateway(SubnetId=net.subnets[0], ConnectivityType="private")
    nat_id = nat["NatGateway"]["NatGatewayId"]
    for block, target in (
        ("10.1.0.0/16", {"GatewayId": gateway}),
        ("10.2.0.0/16", {"NatGatewayId": nat_id}),
    ):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=block, **target)

    def states() -> list[str]:
        (shown,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return [route["State"] for route in shown["Routes"]]

    assert states() == ["active", "active", "active"]
    ec2.detach_internet_gateway(**attached)
    assert states() == ["active", "blackhole", "active"]
    ec2.delete_nat_gateway(NatGatewayId=nat_id)
    assert states() == ["active", "blackhole", "blackhole"]


def test_endpoints_by_the_filter_of_their_id(net: Ec2Network) -> None:
    made, _ = net.endpoint()["VpcEndpointId"], net.endpoint(API)
    filters = [{"Name": "vpc-endpoint-id", "Values": [made]}]
    found = net.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
    assert [endpoint["VpcEndpointId"] for endpoint in found] == [made]
