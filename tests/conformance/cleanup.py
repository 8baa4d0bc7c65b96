"""Deletes all resources of a run, which it finds by name and tag."""

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


def delete_domain(account: Account, domain_id: str) -> None:
    """Delete a domain with its apps, spaces and user profiles, and wait until it is deleted."""
    sagemaker = account.client("sagemaker")
    for app in sagemaker.list_apps(DomainIdEquals=domain_id)["Apps"]:
        delete_app(account, app)
    for space in sagemaker.list_spaces(DomainIdEquals=domain_id)["Spaces"]:
        _delete(account, "space", DomainId=domain_id, SpaceName=space["SpaceName"])
    for profile in sagemaker.list_user_profiles(DomainIdEquals=domain_id)["UserProfiles"]:
        named = {"DomainId": domain_id, "UserProfileName": profile["UserProfileName"]}
        _delete(account, "user_profile", **named)
    homes = {"RetentionPolicy": {"HomeEfsFileSystem": "Delete"}}
    _delete(account, "domain", homes, DomainId=domain_id)


def _delete(account: Account, kind: str, more: dict[str, Any] | None = None, **named: str) -> None:
    """Delete a resource of SageMaker, and wait until it is deleted. more: for the deletion."""
    sagemaker = account.client("sagemaker")
    delete = partial(getattr(sagemaker, f"delete_{kind}"), **named, **(more or {}))
    account.wait_until(partial(_deleted, delete), f"the deletion of a {kind}")
    account.wait_until_deleted(partial(getattr(sagemaker, f"describe_{kind}"), **named), kind)


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
            _deleted(partial(sagemaker.delete_app, **named))
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
        delete = partial(efs.delete_file_system, **of)
        account.wait_until(partial(_deleted, delete), "deleting a file system")


def _delete_images(account: Account) -> None:
    sagemaker, of = account.client("sagemaker"), {"NameContains": account.prefix}
    for image in sagemaker.list_images(**of)["Images"]:
        _delete(account, "image", ImageName=image["ImageName"])
    for config in sagemaker.list_app_image_configs(**of)["AppImageConfigs"]:
        sagemaker.delete_app_image_config(AppImageConfigName=config["AppImageConfigName"])


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
    """Whether AWS accepts the deletion; it refuses a resource that is in use or changes."""
    try:
        delete()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if "Denied" in code or "Unauthorized" in code:
            raise
        return "NotFound" in code
    return True


def _delete_keys(account: Account) -> None:
    kms = account.client("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            with suppress(ClientError):  # the caller may not read the tags of another key
                tags = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
                if {"TagKey": TAG, "TagValue": account.run_id} in tags:
                    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
