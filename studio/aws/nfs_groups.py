"""Lists the NFS security groups that SageMaker creates with domains; waits for their deletion."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.aws.waiting import wait
from studio.console.reports import Report

_NAME = re.compile(r"security-group-for-(?:in|out)bound-nfs-(?P<domain>d-[a-z0-9-]+)")
_SECONDS = 10 * 60.0
"""A deleted mount target uses its security groups for some minutes."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A security group that SageMaker created for a domain."""

    id: str
    name: str
    domain_id: str
    vpc_id: str


def list_groups(aws: Aws) -> list[Group]:
    """The groups of all domains in the region. Raises AwsError."""
    found = []
    filters = {"group-name": ["security-group-for-*bound-nfs-d-*"]}
    for group in aws.list_ec2("describe_security_groups", "SecurityGroups", filters):
        if named := _NAME.fullmatch(group["GroupName"]):
            found.append(
                Group(
                    id=group["GroupId"],
                    name=group["GroupName"],
                    domain_id=named["domain"],
                    vpc_id=group["VpcId"],
                )
            )
    return found


def delete_groups(aws: Aws, chosen: Iterable[Group], report: Report) -> None:
    """Delete the rules of these groups, which refer to each other, then the groups.

    Raises StepFailed if a group is still in use after ten minutes, AwsError.
    """
    left = {group.id: group for group in chosen}
    for group_id in left:
        _revoke(aws, group_id)

    def pending() -> str:
        for group in list(left.values()):
            with ignoring("DependencyViolation"):
                with ignoring("InvalidGroup.NotFound"):
                    aws.client("ec2").delete_security_group(GroupId=group.id)
                del left[group.id]
                report(f"deleted   {group.name}")
        return ", ".join(f"{group.name} (in use)" for group in left.values())

    wait(pending, seconds=_SECONDS, report=report)


def _revoke(aws: Aws, group_id: str) -> None:
    of_group = {"group-id": [group_id]}
    rules = aws.list_ec2("describe_security_group_rules", "SecurityGroupRules", of_group)
    ec2 = aws.client("ec2")
    for egress, revoke in (
        (True, ec2.revoke_security_group_egress),
        (False, ec2.revoke_security_group_ingress),
    ):
        # EC2 refuses rules with their description or owner.
        ids = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"] is egress]
        if ids:
            with ignoring("InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound"):
                revoke(GroupId=group_id, SecurityGroupRuleIds=ids)
