"""Which EFS file systems are homes, by SageMaker's tag; their cost; how long a deletion waits."""

from dataclasses import dataclass
from typing import Any

from catalog.names import HOME_OWNER_TAG
from catalog.service_prices import EFS_GB_MONTH, GB, per_month
from catalog.statuses import FILE_SYSTEM_LEAVING
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.waiting import wait
from studio.console.reports import Report

_SECONDS = 10 * 60.0
"""For the deletion of the mount targets and then of the file system, together."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """A file system of home directories.

    key_id: the KMS key that encrypts it; "" without one.
    """

    id: str
    domain_id: str
    bytes: int
    key_id: str = ""

    def __str__(self) -> str:
        cost = per_month(self.bytes / GB * EFS_GB_MONTH)
        return f"{self.id} of {self.domain_id}, {self.bytes / GB:.2f} GB, {cost}"


def list_homes(aws: Aws) -> list[Home]:
    """The home file systems of all domains in the region. Raises AwsError."""
    found = []
    for system in aws.all("efs", "describe_file_systems", "FileSystems"):
        owner = {tag["Key"]: tag["Value"] for tag in system["Tags"]}.get(HOME_OWNER_TAG, "")
        _, is_domain, domain_id = owner.partition(":domain/")
        if not is_domain or system["LifeCycleState"] in FILE_SYSTEM_LEAVING:
            continue
        found.append(
            Home(
                id=system["FileSystemId"],
                domain_id=domain_id,
                bytes=system["SizeInBytes"]["Value"],
                key_id=system.get("KmsKeyId", "").rpartition("/")[2],
            )
        )
    return found


def vpc_ids(aws: Aws, home: Home) -> set[str]:
    """The VPCs of its mount targets. Raises AwsError."""
    return {str(target["VpcId"]) for target in _targets(aws, home.id)}


def delete_home(aws: Aws, home_id: str, report: Report) -> None:
    """Delete a file system after its mount targets, if it exists. Raises StepFailed, AwsError."""
    efs = aws.client("efs")

    def pending() -> str:
        targets = _targets(aws, home_id)
        for target in targets:
            if target["LifeCycleState"] not in FILE_SYSTEM_LEAVING:
                with ignoring("MountTargetNotFound"):
                    efs.delete_mount_target(MountTargetId=target["MountTargetId"])
        if targets:
            return f"{len(targets)} mount targets of {home_id}"
        with ignoring("FileSystemNotFound"):
            system = efs.describe_file_systems(FileSystemId=home_id)["FileSystems"][0]
            if system["LifeCycleState"] not in FILE_SYSTEM_LEAVING:
                # EFS lists a mount target until shortly before its deletion.
                with ignoring("FileSystemInUse"):
                    efs.delete_file_system(FileSystemId=home_id)
            return f"file system {home_id}"
        return ""

    wait(pending, seconds=_SECONDS, report=report)
    report(f"deleted   home file system {home_id}")


def _targets(aws: Aws, home_id: str) -> list[dict[str, Any]]:
    with ignoring("FileSystemNotFound"):
        return aws.all("efs", "describe_mount_targets", "MountTargets", FileSystemId=home_id)
    return []
