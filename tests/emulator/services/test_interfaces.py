"""Network interfaces, including those of instances and those that a service manages."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
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


def run_instance(net: Ec2Network, **params: Any) -> dict[str, Any]:
    image = net.ec2.register_image(Name="team")["ImageId"]
    made = net.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **params)
    return dict(made["Instances"][0])


def test_primary_interface_is_deleted_with_its_instance(aws: Emulator, net: Ec2Network) -> None:
    ec2, subnet, group = net.ec2, {"SubnetId": net.subnets[0]}, {"GroupId": net.group}
    made = run_instance(net, **subnet, SecurityGroupIds=[net.group])
    (interface,) = made["NetworkInterfaces"]
    assert interface["Attachment"]["DeleteOnTermination"] is True
    address = {"AllocationId": ec2.allocate_address(Domain="vpc")["AllocationId"]}
    ec2.associate_address(**address, InstanceId=made["InstanceId"])
    ends = {"network-interface", "instance", "volume", "elastic-ip"}
    assert ends <= {item.type for item in aws.inventory()}
    assert code_of(ec2.delete_subnet, **subnet) == "DependencyViolation"
    assert code_of(ec2.delete_security_group, **group) == "DependencyViolation"
    assert code_of(ec2.release_address, **address) == "InvalidIPAddress.InUse"
    for _ in range(2):
        ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    found = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    assert found[0]["Instances"][0]["NetworkInterfaces"] == []
    ec2.delete_subnet(**subnet)
    ec2.delete_security_group(**group)
    ec2.release_address(**address)
    assert ends.isdisjoint(item.type for item in aws.inventory())


@pytest.mark.parametrize("how", ["existing", "in the request", "modified"])
def test_delete_on_termination(net: Ec2Network, how: str) -> None:
    ec2, subnet = net.ec2, {"SubnetId": net.subnets[0]}
    existing = ec2.create_network_interface(**subnet)["NetworkInterface"]["NetworkInterfaceId"]
    new = {**subnet, "DeleteOnTermination": False}
    asked = new if how == "in the request" else {"NetworkInterfaceId": existing}
    made = run_instance(net, NetworkInterfaces=[{"DeviceIndex": 0, **asked}])
    (interface,) = made["NetworkInterfaces"]
    one = {"NetworkInterfaceId": interface["NetworkInterfaceId"]}
    change = {"AttachmentId": "eni-attach-0", "DeleteOnTermination": True}
    modify = ec2.modify_network_interface_attribute
    assert code_of(modify, **one, Attachment=change) == "InvalidAttachmentID.NotFound"
    if how == "modified":
        change["AttachmentId"] = interface["Attachment"]["AttachmentId"]
        modify(**one, Attachment=change)
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    if how == "modified":
        assert code_of(ec2.describe_network_interfaces, NetworkInterfaceIds=[existing]) == (
            "InvalidNetworkInterfaceID.NotFound"
        )
        return
    (kept,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[*one.values()])[
        "NetworkInterfaces"
    ]
    assert (kept["Status"], "Attachment" in kept) == ("available", False)
    ec2.delete_network_interface(**one)


def test_groups_and_address_of_an_interface_are_of_its_subnet(net: Ec2Network) -> None:
    ec2, create = net.ec2, {"SubnetId": net.subnets[0]}
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    foreign = net.new_group("x", other)
    many = [net.new_group(str(number)) for number in range(6)]
    made = ec2.create_network_interface(**create, PrivateIpAddress="10.0.0.9", Groups=many[:5])
    modify = ec2.modify_network_interface_attribute
    interface = {"NetworkInterfaceId": made["NetworkInterface"]["NetworkInterfaceId"]}
    for groups, code in (
        ([foreign], "InvalidParameter"),
        (["sg-00000000"], "InvalidGroup.NotFound"),
        (many, "SecurityGroupsPerInterfaceLimitExceeded"),
    ):
        assert code_of(modify, **interface, Groups=groups) == code
    modify(**interface, Groups=many[1:])
    for params, code in (
        ({"Groups": [foreign]}, "InvalidParameter"),
        ({"Groups": ["sg-00000000"]}, "InvalidGroup.NotFound"),
        ({"Groups": many}, "SecurityGroupsPerInterfaceLimitExceeded"),
        ({"PrivateIpAddress": "10.0.1.9"}, "InvalidParameterValue"),
        ({"PrivateIpAddress": "10.0.0.3"}, "InvalidParameterValue"),
        ({"PrivateIpAddress": "10.0.0.9"}, "InvalidIPAddress.InUse"),
    ):
        assert code_of(ec2.create_network_interface, **create, **params) == code
