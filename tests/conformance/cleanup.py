"""Deletes all resources of a run, which it finds by name and tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from tests.conformance.account import TAG, Account

_APP = ("DomainId", "SpaceName", "AppType", "AppName")
ENDED = ("Deleted", "Failed")


def delete_everything(account: Account) -> None:
    """Delete the resources in the order that AWS requires. A second call is possible."""
    for domain_id in _domains(account):
        delete_domain(account, domain_id)
    sagemaker = account.client("sagemaker")
    configs = sagemaker.list_studio_lifecycle_configs(NameContains=account.prefix)
    for config in configs["StudioLifecycleConfigs"]:
        name = config["StudioLifecycleConfigName"]
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)
    _delete_images(account)
    _delete_file_systems(account)
    of_run = [{"Name": f"tag:{TAG}", "Values": [account.run_id]}]
    for vpc in account.client("ec2").describe_vpcs(Filters=of_run)["Vpcs"]:
        _delete_vpc(account, vpc["VpcId"])
    _delete_keys(account)
    _delete_buckets(account)
    iam, role = account.client("iam"), {"RoleName": account.name("role")}
    with suppress(iam.exceptions.NoSuchEntityException):
        for policy in iam.list_attached_role_policies(**role)["AttachedPolicies"]:
            iam.detach_role_policy(**role, PolicyArn=policy["PolicyArn"])
        iam.delete_role(**role)


def delete_domain(account: Account, domain_id: str, *, retention: str = "Delete") -> None:
    """Delete a domain with its apps, spaces and user profiles, and wait until it is deleted."""
    sagemaker = account.client("sagemaker")
    for app in sagemaker.list_apps(DomainIdEquals=domain_id)["Apps"]:
        delete_app(account, app)
    for space in sagemaker.list_spaces(DomainIdEquals=domain_id)["Spaces"]:
        named = {"DomainId": domain_id, "SpaceName": space["SpaceName"]}
        sagemaker.delete_space(**named)
        account.wait_until_deleted(partial(sagemaker.describe_space, **named), "a space")
    for profile in sagemaker.list_user_profiles(DomainIdEquals=domain_id)["UserProfiles"]:
        named = {"DomainId": domain_id, "UserProfileName": profile["UserProfileName"]}
        sagemaker.delete_user_profile(**named)
        account.wait_until_deleted(
            partial(sagemaker.describe_user_profile, **named), "a user profile"
        )
    sagemaker.delete_domain(DomainId=domain_id, RetentionPolicy={"HomeEfsFileSystem": retention})
    account.wait_until_deleted(partial(sagemaker.describe_domain, DomainId=domain_id), "a domain")


def delete_app(account: Account, app: dict[str, Any]) -> None:
    """Delete the app of a space, if there is one, and wait until it is deleted."""
    sagemaker = account.client("sagemaker")
    named = {key: app[key] for key in _APP}

    def ended() -> bool:
        try:
            status = sagemaker.describe_app(**named)["Status"]
        except sagemaker.exceptions.ResourceNotFound:
            return True
        if status not in ("Deleting", *ENDED):
            with suppress(ClientError):  # AWS may refuse an app that starts
                sagemaker.delete_app(**named)
        return status in ENDED

    account.wait_until(ended, "deleting an app")


def _domains(account: Account) -> Iterator[str]:
    sagemaker = account.client("sagemaker")
    for page in sagemaker.get_paginator("list_domains").paginate():
        for domain in page["Domains"]:
            if domain["DomainName"].startswith(account.prefix):
                yield domain["DomainId"]


def _delete_file_systems(account: Account) -> None:
    efs, sagemaker = account.client("efs"), "ManagedByAmazonSageMakerResource"
    for system in efs.describe_file_systems()["FileSystems"]:
        tags = {tag["Key"]: tag["Value"] for tag in system["Tags"]}
        if tags.get(TAG) != account.run_id or sagemaker not in tags:
            continue
        of = {"FileSystemId": system["FileSystemId"]}
        for target in efs.describe_mount_targets(**of)["MountTargets"]:
            efs.delete_mount_target(MountTargetId=target["MountTargetId"])
        without_targets = partial(_is_empty, efs.describe_mount_targets, "MountTargets", **of)
        account.wait_until(without_targets, "deleting mount targets")
        efs.delete_file_system(**of)


def _delete_images(account: Account) -> None:
    sagemaker, of = account.client("sagemaker"), {"NameContains": account.prefix}
    for image in sagemaker.list_images(**of)["Images"]:
        named = {"ImageName": image["ImageName"]}
        for version in sagemaker.list_image_versions(**named)["ImageVersions"]:
            if version["ImageVersionStatus"] != "DELETING":
                sagemaker.delete_image_version(**named, Version=version["Version"])
        without = partial(_is_empty, sagemaker.list_image_versions, "ImageVersions", **named)
        account.wait_until(without, "deleting image versions")
        sagemaker.delete_image(**named)
        account.wait_until_deleted(partial(sagemaker.describe_image, **named), "an image")
    for config in sagemaker.list_app_image_configs(**of)["AppImageConfigs"]:
        sagemaker.delete_app_image_config(AppImageConfigName=config["AppImageConfigName"])


def _is_empty(list_items: Callable[..., Any], member: str, **of: str) -> bool:
    return not list_items(**of)[member]


def _delete_buckets(account: Account) -> None:
    s3 = account.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        if bucket["Name"].startswith(account.prefix):
            s3.delete_bucket(Bucket=bucket["Name"])


def _delete_vpc(account: Account, vpc_id: str) -> None:
    ec2 = account.client("ec2")
    of = [{"Name": "vpc-id", "Values": [vpc_id]}]
    endpoints = ec2.describe_vpc_endpoints(Filters=of)["VpcEndpoints"]
    if ids := [one["VpcEndpointId"] for one in endpoints]:
        ec2.delete_vpc_endpoints(VpcEndpointIds=ids)
    groups = [
        group
        for group in ec2.describe_security_groups(Filters=of)["SecurityGroups"]
        if group["GroupName"] != "default"
    ]
    remove_rules(ec2, groups)
    for group in groups:
        delete = partial(ec2.delete_security_group, GroupId=group["GroupId"])
        account.wait_until(partial(_deleted, delete), "deleting a security group")
    for subnet in ec2.describe_subnets(Filters=of)["Subnets"]:
        delete = partial(ec2.delete_subnet, SubnetId=subnet["SubnetId"])
        account.wait_until(partial(_deleted, delete), "deleting a subnet")
    ec2.delete_vpc(VpcId=vpc_id)


def remove_rules(ec2: Any, groups: list[dict[str, Any]]) -> None:
    """Remove all rules of these groups: the two groups for NFS refer to each other."""
    for group in groups:
        named = {"GroupId": group["GroupId"]}
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(**named, IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(**named, IpPermissions=group["IpPermissionsEgress"])


def _deleted(delete: Callable[[], Any]) -> bool:
    """Whether the resource is deleted. AWS refuses while a network interface uses it."""
    try:
        delete()
    except ClientError as error:
        return "NotFound" in error.response["Error"]["Code"]
    return True


def _delete_keys(account: Account) -> None:
    kms = account.client("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            with suppress(ClientError):  # the caller may not read the tags of another key
                tags = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
                if {"TagKey": TAG, "TagValue": account.run_id} in tags:
                    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
