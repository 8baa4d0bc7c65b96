"""EFS: mount targets with network interfaces, whose deletion takes time."""

import math
import time

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.backends import backends_in_use
from studio_emulator.moto_internals.ec2 import adopt

_DELETING_SECONDS = 60


def delete_mount_target(params: Params, call: Call) -> Answer:
    """DeleteMountTarget: `settle` deletes the target and its interface later."""
    target = call.backend("efs").mount_targets_by_id.get(params["MountTargetId"])
    if target is None:
        message = f"Mount target '{params['MountTargetId']}' does not exist."
        raise AwsError("MountTargetNotFound", message, 404)
    if target.life_cycle_state != "deleting":
        target.life_cycle_state = "deleting"
        target.gone_at = call.clock.due(_DELETING_SECONDS)
    return {}


def settle() -> None:
    """Delete the mount targets whose time is over."""
    now = time.time()
    for _, efs in backends_in_use("efs"):
        for target in list(efs.mount_targets_by_id.values()):
            if getattr(target, "gone_at", math.inf) <= now:
                efs.delete_mount_target(target.mount_target_id)


def amend_create_mount_target(_params: Params, call: Call, answer: Answer) -> Answer:
    interface = call.backend("ec2").enis[answer["NetworkInterfaceId"]]
    target = f"{answer['FileSystemId']} ({answer['MountTargetId']})"
    adopt(interface, f"EFS mount target for {target}", kind="efs")
    return answer


def check_file_system(params: Params, call: Call) -> None:
    """The file system must exist."""
    if params["FileSystemId"] not in call.backend("efs").file_systems_by_id:
        message = f"File system '{params['FileSystemId']}' does not exist."
        raise AwsError("FileSystemNotFound", message, 404)


HANDLERS = {"DeleteMountTarget": delete_mount_target}
CHECKS = {"PutFileSystemPolicy": check_file_system}
AMENDMENTS = {"CreateMountTarget": amend_create_mount_target}
