"""EFS: mount targets and their interfaces; operations on unknown file systems."""

import time
from types import SimpleNamespace

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of


def test_deleting_mount_target_is_in_use(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.options.update({"speed": 1})
    ec2, efs = aws.client("ec2"), aws.client("efs")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    system = efs.create_file_system(CreationToken="homes")["FileSystemId"]
    target = efs.create_mount_target(FileSystemId=system, SubnetId=subnet)["MountTargetId"]
    for _ in range(2):
        efs.delete_mount_target(MountTargetId=target)
    (described,) = efs.describe_mount_targets(FileSystemId=system)["MountTargets"]
    assert described["LifeCycleState"] == "deleting"
    assert code_of(efs.delete_file_system, FileSystemId=system) == "FileSystemInUse"
    assert code_of(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
    later = SimpleNamespace(time=lambda: time.time() + 60)
    monkeypatch.setattr("studio_emulator.services.efs.time", later)
    assert efs.describe_mount_targets(FileSystemId=system)["MountTargets"] == []
    efs.delete_file_system(FileSystemId=system)
    ec2.delete_subnet(SubnetId=subnet)
    assert code_of(efs.delete_mount_target, MountTargetId=target) == "MountTargetNotFound"


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


def test_policy_of_an_unknown_file_system(aws: Emulator) -> None:
    put = aws.client("efs").put_file_system_policy
    assert code_of(put, FileSystemId="fs-12345678", Policy="{}") == "FileSystemNotFound"
