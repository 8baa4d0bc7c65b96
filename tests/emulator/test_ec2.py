"""EC2 beyond moto: unknown ids, dry runs, subnets, route tables, and resources in use."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of, refusal


@pytest.mark.parametrize(
    ("operation", "member", "prefix", "noun"),
    [
        ("describe_vpcs", "VpcIds", "vpc", "vpc ID"),
        ("describe_subnets", "SubnetIds", "subnet", "subnet ID"),
        ("describe_security_groups", "GroupIds", "sg", "security group"),
        ("describe_addresses", "AllocationIds", "eipalloc", "allocation ID"),
        ("describe_volumes", "VolumeIds", "vol", "volume"),
    ],
)
def test_unknown_ids_are_named(
    net: Ec2Network, operation: str, member: str, prefix: str, noun: str
) -> None:
    known = {"VpcIds": [net.vpc], "SubnetIds": [net.subnets[0]], "GroupIds": [net.group]}
    one, other = (f"{prefix}-{digit * 17}" for digit in "01")
    for asked, words in (
        ([*known.get(member, []), one], f"The {noun} '{one}' does not exist"),
        ([other, one], f"The {noun}s '{other}, {one}' do not exist"),
    ):
        assert refusal(getattr(net.ec2, operation), **{member: asked})[1] == words


def test_dry_run_changes_nothing(net: Ec2Network) -> None:
    made = {"VpcId": net.vpc, "CidrBlock": "10.0.9.0/24"}
    assert code_of(net.ec2.create_subnet, **made, DryRun=True) == "DryRunOperation"
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0], DryRun=True) == "DryRunOperation"
    shown = net.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [net.vpc]}])["Subnets"]
    assert {subnet["SubnetId"] for subnet in shown} == set(net.subnets)


def test_dry_run_returns_the_error_of_the_request(net: Ec2Network) -> None:
    net.endpoint()
    in_use = code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0], DryRun=True)
    absent = code_of(net.ec2.delete_subnet, SubnetId="subnet-0123456789abcdef0", DryRun=True)
    assert (in_use, absent) == ("DependencyViolation", "InvalidSubnetID.NotFound")


def test_subnet_has_one_route_table_and_main_table_cannot_be_deleted(net: Ec2Network) -> None:
    ec2, wanted = net.ec2, [{"Name": "vpc-id", "Values": [net.vpc]}]
    (main,) = ec2.describe_route_tables(Filters=wanted)["RouteTables"]
    assert code_of(ec2.delete_route_table, RouteTableId=main["RouteTableId"]) == (
        "DependencyViolation"
    )
    one, two = (
        ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
    )
    made = ec2.associate_route_table(RouteTableId=one, SubnetId=net.subnets[0])
    again = code_of(ec2.associate_route_table, RouteTableId=two, SubnetId=net.subnets[0])
    assert again == "Resource.AlreadyAssociated"
    ec2.disassociate_route_table(AssociationId=made["AssociationId"])
    ec2.associate_route_table(RouteTableId=two, SubnetId=net.subnets[0])
    ec2.delete_route_table(RouteTableId=one)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"CidrBlock": "10.0.9.0/24", "AvailabilityZone": "eu-west-1a"}, "InvalidParameterValue"),
        ({"CidrBlock": "10.0.9.0/29"}, "InvalidSubnet.Range"),
        ({"CidrBlock": "10.9.0.0/24"}, "InvalidSubnet.Range"),
        ({"CidrBlock": "10.0.0.0/25"}, "InvalidSubnet.Conflict"),
    ],
)
def test_invalid_subnets_are_refused(net: Ec2Network, params: dict[str, Any], code: str) -> None:
    assert code_of(net.ec2.create_subnet, VpcId=net.vpc, **params) == code


def test_default_zone_is_in_the_region(aws: Emulator) -> None:
    ec2 = aws.client("ec2", region="eu-central-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
    assert subnet["AvailabilityZone"] == "eu-central-1a"


def test_mount_target_has_an_interface_in_the_subnet(aws: Emulator, net: Ec2Network) -> None:
    efs = aws.client("efs")
    system = efs.create_file_system(CreationToken="one")["FileSystemId"]
    target = efs.create_mount_target(
        FileSystemId=system, SubnetId=net.subnets[0], SecurityGroups=[net.group]
    )
    shown = net.ec2.describe_network_interfaces(NetworkInterfaceIds=[target["NetworkInterfaceId"]])[
        "NetworkInterfaces"
    ][0]
    assert shown["Description"] == f"EFS mount target for {system} ({target['MountTargetId']})"
    assert shown["PrivateIpAddress"] == target["IpAddress"]
    assert code_of(net.ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"


def test_inventory_of_a_network(aws: Emulator, net: Ec2Network) -> None:
    net.endpoint()
    assert sorted(item.type for item in aws.inventory()) == [
        "network-interface",
        "security-group",
        "subnet",
        "subnet",
        "subnet",
        "vpc",
        "vpc-endpoint",
    ]


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


def test_instance_types_and_offerings_load_on_access(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    (medium,) = ec2.describe_instance_types(InstanceTypes=["t3.medium"])["InstanceTypes"]
    assert medium["MemoryInfo"]["SizeInMiB"] == 4096
    for location, kind in (("us-east-1", "region"), ("use1-az1", "availability-zone-id")):
        offered = ec2.describe_instance_type_offerings(
            LocationType=kind,
            Filters=[
                {"Name": "instance-type", "Values": ["t3.medium"]},
                {"Name": "location", "Values": [location]},
            ],
        )["InstanceTypeOfferings"]
        assert offered == [
            {"InstanceType": "t3.medium", "LocationType": kind, "Location": location}
        ]
    elsewhere = aws.client("ec2", region="eu-west-1").describe_instance_type_offerings()
    assert {each["Location"] for each in elsewhere["InstanceTypeOfferings"]} == {"eu-west-1"}
