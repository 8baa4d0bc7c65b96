"""EFS: a mount target uses its subnet and file system until its deletion ends."""

import time
from types import SimpleNamespace

import pytest

from studio_emulator.server import Emulator
from tests.emulator.samples import refusal


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
    assert refusal(efs.delete_file_system, FileSystemId=system)[0] == "FileSystemInUse"
    assert refusal(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"
    later = SimpleNamespace(time=lambda: time.time() + 60)
    monkeypatch.setattr("studio_emulator.services.efs.time", later)
    assert efs.describe_mount_targets(FileSystemId=system)["MountTargets"] == []
    efs.delete_file_system(FileSystemId=system)
    ec2.delete_subnet(SubnetId=subnet)
    assert refusal(efs.delete_mount_target, MountTargetId=target)[0] == "MountTargetNotFound"
