"""EFS: keys and throughput; groups, addresses and interfaces of mount targets; slow deletions."""

import math
import time
from collections.abc import Iterable

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.backends import backends_in_use
from studio_emulator.services import interfaces, key_states

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


def check_put_file_system_policy(params: Params, call: Call) -> None:
    """The file system must exist."""
    if params["FileSystemId"] not in call.backend("efs").file_systems_by_id:
        message = f"File system '{params['FileSystemId']}' does not exist."
        raise AwsError("FileSystemNotFound", message, 404)


def check_create_file_system(params: Params, call: Call) -> None:
    """The key must be symmetric and enabled, the throughput match its mode.

    https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html (KmsKeyId, ThroughputMode)
    """
    if (params.get("ThroughputMode") == "provisioned") != (
        "ProvisionedThroughputInMibps" in params
    ):
        message = "ProvisionedThroughputInMibps goes with the ThroughputMode provisioned."
        raise AwsError("BadRequest", message)
    named = params.get("KmsKeyId")
    if not named or key_states.AWS_ALIASES in named:
        return
    key = key_states.named(named, call)
    if key is None or key.key_state != "Enabled" or key.key_spec != key_states.SYMMETRIC:
        message = f"KmsKeyId '{named}' is not an enabled symmetric key of this region."
        raise AwsError("BadRequest", message)


def amend_create_file_system(params: Params, call: Call, answer: Answer) -> Answer:
    """Store and show the key by its ARN."""
    key = key_states.named(params.get("KmsKeyId", ""), call)
    if key is None:
        return answer
    call.backend("efs").file_systems_by_id[answer["FileSystemId"]].kms_key_id = key.arn
    return answer | {"KmsKeyId": key.arn}


def check_create_mount_target(params: Params, call: Call) -> None:
    """Check the groups and the address; moto checks file system, subnet and zone."""
    ec2 = call.backend("ec2")
    subnets = (held for zone in ec2.subnets.values() for held in zone.values())
    subnet = next((held for held in subnets if held.id == params["SubnetId"]), None)
    if subnet is None:
        return
    _check_groups(params.get("SecurityGroups", []), subnet.vpc_id, call)
    address = params.get("IpAddress")
    if address and not interfaces.is_usable(address, subnet):
        raise AwsError("BadRequest", f"Address {address} is not in subnet {subnet.id}.")
    if address and interfaces.is_in_use(address, subnet, ec2):
        raise AwsError("IpAddressInUse", f"Address {address} is in use.", 409)


def check_modify_mount_target_security_groups(params: Params, call: Call) -> None:
    target = call.backend("efs").mount_targets_by_id.get(params["MountTargetId"])
    if target is not None:
        _check_groups(params.get("SecurityGroups", []), target.vpc_id, call)


def _check_groups(group_ids: Iterable[str], vpc_id: str, call: Call) -> None:
    """At most five groups, each of which must exist "in the subnet's VPC" (EFS's model)."""
    ids = list(group_ids)
    if len(ids) > interfaces.MOST_GROUPS:
        message = "The maximum number of security groups per interface has been reached."
        raise AwsError("SecurityGroupLimitExceeded", message)
    for group_id in ids:
        group = call.backend("ec2").get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc_id:
            message = f"The security group '{group_id}' does not exist in VPC '{vpc_id}'."
            raise AwsError("SecurityGroupNotFound", message)
