"""What SageMaker leaves in a domain's VPC: two security groups, and homes that were to be kept."""

import re
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

_NAME = re.compile(r"security-group-for-(?:in|out)bound-nfs-(?P<domain>d-[a-z0-9-]+)")


_MOUNT_TARGETS_SECONDS = 600.0


def remove_nfs_groups(*, vpc_id: str, region: str) -> Iterator[str]:
    """Delete the NFS groups in ``vpc_id`` of domains that are gone; yields the name of each.

    They refer to each other, so every rule goes before the first group does. Groups of a domain
    that exists, and groups of any other name, are not touched.
    """
    ec2 = boto3.client("ec2", region_name=region)
    sagemaker = boto3.client("sagemaker", region_name=region)
    pages = ec2.get_paginator("describe_security_groups").paginate(
        Filters=[{"Name": "vpc-id", "Values": [vpc_id]}]
    )
    orphans = []
    for group in (group for page in pages for group in page["SecurityGroups"]):
        named = _NAME.fullmatch(group["GroupName"])
        if named and not _exists(sagemaker, named["domain"]):
            orphans.append(group)
    for group in orphans:
        # A rule's description or the owner's id in it would make the answer unfit as a request.
        rules = ec2.describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [group["GroupId"]]}]
        )["SecurityGroupRules"]
        for egress, revoke in (
            (True, ec2.revoke_security_group_egress),
            (False, ec2.revoke_security_group_ingress),
        ):
            ids = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"] is egress]
            if ids:
                revoke(GroupId=group["GroupId"], SecurityGroupRuleIds=ids)
    for group in orphans:
        _delete(ec2, group["GroupId"])
        yield group["GroupName"]


def home_file_systems(*, vpc_id: str, region: str) -> list[str]:
    """The ids of SageMaker's home file systems with a mount target in ``vpc_id``."""
    efs = boto3.client("efs", region_name=region)
    pages = efs.get_paginator("describe_file_systems").paginate()
    marked = [
        system["FileSystemId"]
        for page in pages
        for system in page["FileSystems"]
        if any(tag["Key"] == "ManagedByAmazonSageMakerResource" for tag in system["Tags"])
    ]
    return [
        file_system
        for file_system in marked
        if any(
            target["VpcId"] == vpc_id
            for target in efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"]
        )
    ]


def _delete(ec2: Any, group_id: str) -> None:
    """Delete a group as soon as the file system's mount targets, which go one by one, let go."""
    deadline = time.monotonic() + _MOUNT_TARGETS_SECONDS
    while True:
        try:
            ec2.delete_security_group(GroupId=group_id)
            return
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "InvalidGroup.NotFound":
                return
            if code != "DependencyViolation" or time.monotonic() > deadline:
                raise
        time.sleep(5.0)


def _exists(sagemaker: Any, domain_id: str) -> bool:
    try:
        sagemaker.describe_domain(DomainId=domain_id)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFound":
            return False
        raise
    return True
