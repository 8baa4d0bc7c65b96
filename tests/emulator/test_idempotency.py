"""EC2's ClientToken."""

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import STS, Ec2Network
from tests.emulator.samples import client_with, code_of, create_user, refused


def test_client_token_creates_one_resource(net: Ec2Network) -> None:
    token = {"ClientToken": "once"}
    first, again = (net.endpoint(**token)["VpcEndpointId"] for _ in range(2))
    assert first == again
    assert len(net.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 1
    gateway = {"SubnetId": net.subnets[0], "ConnectivityType": "private"}
    made = {
        net.ec2.create_nat_gateway(**gateway, **given)["NatGateway"]["NatGatewayId"]
        for given in (token, token, {"ClientToken": "twice"}, {}, {})
    }
    assert len(made) == 4


def test_client_token_belongs_to_its_parameters_and_needs_permission(
    aws: Emulator, net: Ec2Network
) -> None:
    net.endpoint(ClientToken="once")
    changed = {"ClientToken": "once", "PrivateDnsEnabled": False}
    asked = {"VpcId": net.vpc, "ServiceName": STS, "VpcEndpointType": "Interface"}
    refused("IdempotentParameterMismatch", "", net.ec2.create_vpc_endpoint, **asked, **changed)
    nobody = client_with(aws, "ec2", create_user(aws, "alice")).create_vpc_endpoint
    assert code_of(nobody, **asked, ClientToken="once") == "UnauthorizedOperation"


def test_failed_request_can_be_repeated_with_its_token(net: Ec2Network) -> None:
    asked = {"SubnetId": "subnet-00000000", "ConnectivityType": "private", "ClientToken": "once"}
    for _ in range(2):
        assert code_of(net.ec2.create_nat_gateway, **asked) == "InvalidSubnetID.NotFound"
    assert net.ec2.create_nat_gateway(**asked | {"SubnetId": net.subnets[0]})["NatGateway"]
