"""EC2's errors for ids that do not exist; moto's message shows all ids of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.studio.call import Call


@dataclass(frozen=True, kw_only=True)
class _Ids:
    """member: of the request; noun: as EC2 calls one; known: the ids that exist."""

    member: str
    code: str
    noun: str
    known: Callable[[Any], Iterable[str]]

    def check(self, params: dict[str, Any], call: Call) -> None:
        """The error for those that do not exist, in the request's order."""
        known = set(self.known(call.backend("ec2")))
        unknown = [each for each in params.get(self.member) or [] if each not in known]
        if unknown:
            plural, verb = ("s", "do") if len(unknown) > 1 else ("", "does")
            listed = ", ".join(unknown)
            message = f"The {self.noun}{plural} '{listed}' {verb} not exist"
            raise AwsError(self.code, message)


CHECKS: Mapping[str, Callable[[dict[str, Any], Call], None]] = {
    "DescribeAddresses": _Ids(
        member="AllocationIds",
        code="InvalidAllocationID.NotFound",
        noun="allocation ID",
        known=lambda ec2: (address.allocation_id for address in ec2.addresses),
    ).check,
    "DescribeSecurityGroups": _Ids(
        member="GroupIds",
        code="InvalidGroup.NotFound",
        noun="security group",
        known=lambda ec2: (id_ for groups in ec2.groups.values() for id_ in groups),
    ).check,
    "DescribeSubnets": _Ids(
        member="SubnetIds",
        code="InvalidSubnetID.NotFound",
        noun="subnet ID",
        known=lambda ec2: (id_ for subnets in ec2.subnets.values() for id_ in subnets),
    ).check,
    "DescribeVolumes": _Ids(
        member="VolumeIds",
        code="InvalidVolume.NotFound",
        noun="volume",
        known=lambda ec2: ec2.volumes,
    ).check,
    "DescribeVpcs": _Ids(
        member="VpcIds",
        code="InvalidVpcID.NotFound",
        noun="vpc ID",
        known=lambda ec2: ec2.vpcs,
    ).check,
}
