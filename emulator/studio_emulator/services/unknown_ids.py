"""EC2's errors for ids that do not exist: moto's message lists all ids of the request."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError

Check = Callable[[dict[str, Any], Call], None]


def _ids(member: str, code: str, noun: str, existing: Callable[[Any], Iterable[str]]) -> Check:
    """A check of the ids in a member of the request against those that exist in moto's EC2."""

    def check(params: Params, call: Call) -> None:
        known = set(existing(call.backend("ec2")))
        unknown = [each for each in params.get(member) or [] if each not in known]
        if unknown:
            plural, verb = ("s", "do") if len(unknown) > 1 else ("", "does")
            message = f"The {noun}{plural} '{', '.join(unknown)}' {verb} not exist"
            raise AwsError(code, message)

    return check


CHECKS: Mapping[str, Check] = {
    "DescribeAddresses": _ids(
        "AllocationIds",
        "InvalidAllocationID.NotFound",
        "allocation ID",
        lambda ec2: (address.allocation_id for address in ec2.addresses),
    ),
    "DescribeSecurityGroups": _ids(
        "GroupIds",
        "InvalidGroup.NotFound",
        "security group",
        lambda ec2: (id_ for groups in ec2.groups.values() for id_ in groups),
    ),
    "DescribeSubnets": _ids(
        "SubnetIds",
        "InvalidSubnetID.NotFound",
        "subnet ID",
        lambda ec2: (id_ for subnets in ec2.subnets.values() for id_ in subnets),
    ),
    "DescribeVolumes": _ids(
        "VolumeIds", "InvalidVolume.NotFound", "volume", lambda ec2: ec2.volumes
    ),
    "DescribeVpcs": _ids("VpcIds", "InvalidVpcID.NotFound", "vpc ID", lambda ec2: ec2.vpcs),
}
