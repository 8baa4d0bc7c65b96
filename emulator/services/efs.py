"""EFS as strict as AWS's, on top of moto's: what a mount target brings and holds."""

from __future__ import annotations

from typing import Any

from emulator.errors import AwsError
from emulator.services.interfaces import adopt
from emulator.studio.call import Call


def amend_create_mount_target(
    _params: dict[str, Any], call: Call, answer: dict[str, Any]
) -> dict[str, Any]:
    interface = call.backend("ec2").enis[answer["NetworkInterfaceId"]]
    target = f"{answer['FileSystemId']} ({answer['MountTargetId']})"
    adopt(interface, f"EFS mount target for {target}", kind="efs")
    return answer


def check_create_mount_target(params: dict[str, Any], call: Call) -> None:
    """One mount target a zone, all of one VPC."""
    subnet = call.backend("ec2").get_subnet(params["SubnetId"])
    for target in call.backend("efs").mount_targets_by_id.values():
        if target.file_system_id != params["FileSystemId"]:
            continue
        if target.vpc_id != subnet.vpc_id:
            raise AwsError(
                "MountTargetConflict",
                "requested subnet for new mount target is not in the same VPC as existing "
                "mount targets",
            )


CHECKS = {"CreateMountTarget": check_create_mount_target}
AMENDMENTS = {"CreateMountTarget": amend_create_mount_target}
