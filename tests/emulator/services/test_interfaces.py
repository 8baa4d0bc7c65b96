"""Network interfaces, including those that a service manages."""

from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


def test_interfaces_of_an_endpoint(net: Ec2Network) -> None:
    made = net.endpoint(SubnetIds=list(net.subnets[:2]))
    found = net.ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])
    interfaces = sorted(found["NetworkInterfaces"], key=lambda shown: shown["SubnetId"])
    assert {shown["SubnetId"] for shown in interfaces} == set(net.subnets[:2])
    for shown in interfaces:
        assert shown["RequesterManaged"] is True
        assert shown["Status"] == "in-use"
        assert shown["InterfaceType"] == "vpc_endpoint"
        assert [group["GroupId"] for group in shown["Groups"]] == [net.group]
        assert shown["PrivateIpAddress"].startswith(("10.0.0.", "10.0.1."))
        assert (
            code_of(
                net.ec2.delete_network_interface, NetworkInterfaceId=shown["NetworkInterfaceId"]
            )
            == "InvalidParameterValue"
        )


def test_unknown_group_of_an_interface(net: Ec2Network) -> None:
    create = net.ec2.create_network_interface
    code = code_of(create, SubnetId=net.subnets[0], Groups=["sg-00000000"])
    assert code == "InvalidGroup.NotFound"
