"""EFS: mount targets and their interfaces; operations on unknown file systems."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.ec2_network import Ec2Network
from tests.emulator.samples import code_of, create_key, refused_once


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


def test_key_of_a_file_system_is_symmetric_and_enabled(aws: Emulator) -> None:
    create, kms = aws.client("efs").create_file_system, aws.client("kms")
    asked = {"Encrypted": True, "CreationToken": "homes"}
    key = create_key(aws)
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    signing = create_key(aws, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    kms.disable_key(KeyId=key)
    for refused in (key, signing, key[:-4] + "0000", "alias/none"):
        assert refused_once(create, **asked, KmsKeyId=refused) == ("BadRequest", 400)
    kms.enable_key(KeyId=key)
    kms.create_alias(AliasName="alias/homes", TargetKeyId=key)
    assert create(**asked, KmsKeyId="alias/homes")["KmsKeyId"] == arn


@pytest.mark.parametrize(
    "params",
    [
        {"ThroughputMode": "provisioned"},
        {"ThroughputMode": "bursting", "ProvisionedThroughputInMibps": 10},
    ],
)
def test_provisioned_throughput_goes_with_its_mode(aws: Emulator, params: dict[str, Any]) -> None:
    create = aws.client("efs").create_file_system
    assert code_of(create, CreationToken="a", **params) == "BadRequest"


def test_security_groups_of_a_mount_target(aws: Emulator, net: Ec2Network) -> None:
    efs, ec2 = aws.client("efs"), net.ec2
    system = efs.create_file_system(CreationToken="homes")["FileSystemId"]
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    foreign = net.new_group("x", other)
    many = [net.new_group(str(number)) for number in range(6)]
    create = {"FileSystemId": system, "SubnetId": net.subnets[0]}
    for groups, code in (
        ([foreign], "SecurityGroupNotFound"),
        (["sg-12345678"], "SecurityGroupNotFound"),
        (many, "SecurityGroupLimitExceeded"),
    ):
        found = refused_once(efs.create_mount_target, **create, SecurityGroups=groups)
        assert found == (code, 400)
    target = efs.create_mount_target(**create)["MountTargetId"]
    change = efs.modify_mount_target_security_groups
    for groups, code in (
        ([foreign], "SecurityGroupNotFound"),
        (many, "SecurityGroupLimitExceeded"),
    ):
        assert refused_once(change, MountTargetId=target, SecurityGroups=groups) == (code, 400)
    change(MountTargetId=target, SecurityGroups=many[:5])


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("10.9.9.9", ("BadRequest", 400)),
        ("10.0.0.3", ("BadRequest", 400)),
        ("10.0.0.9", ("IpAddressInUse", 409)),
    ],
)
def test_address_of_a_mount_target(
    aws: Emulator, net: Ec2Network, address: str, refused: tuple[str, int]
) -> None:
    efs = aws.client("efs")
    net.ec2.create_network_interface(SubnetId=net.subnets[0], PrivateIpAddress="10.0.0.9")
    system = efs.create_file_system(CreationToken="homes")["FileSystemId"]
    asked = {"FileSystemId": system, "SubnetId": net.subnets[0]}
    assert refused_once(efs.create_mount_target, **asked, IpAddress=address) == refused
    assert efs.create_mount_target(**asked, IpAddress="10.0.0.10")["IpAddress"] == "10.0.0.10"
