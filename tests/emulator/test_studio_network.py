"""What Studio puts into a VPC, seen and felt through EC2's and EFS's own APIs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studio_emulator.server import Emulator
from tests.emulator.control_plane import DISTRIBUTION
from tests.emulator.samples import make_role


@pytest.fixture
def domain(aws: Emulator) -> dict[str, Any]:
    """An InService domain in one subnet, with an app running in alice's space."""
    ec2, sagemaker = aws.client("ec2"), aws.client("sagemaker")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="users", Description="users", VpcId=vpc)["GroupId"]
    domain_id = sagemaker.create_domain(
        DomainName="team",
        AuthMode="IAM",
        VpcId=vpc,
        SubnetIds=[subnet],
        AppNetworkAccessType="VpcOnly",
        DefaultUserSettings={
            "ExecutionRole": make_role(aws, "studio"),
            "SecurityGroups": [group],
        },
    )["DomainId"]
    named = {"DomainId": domain_id}
    until(lambda: sagemaker.describe_domain(**named), "InService")
    alice = {**named, "UserProfileName": "alice"}
    sagemaker.create_user_profile(**alice)
    until(lambda: sagemaker.describe_user_profile(**alice), "InService")
    lab = {**named, "SpaceName": "lab"}
    sagemaker.create_space(
        **lab,
        SpaceSettings={"AppType": "JupyterLab"},
        OwnershipSettings={"OwnerUserProfileName": "alice"},
        SpaceSharingSettings={"SharingType": "Private"},
    )
    until(lambda: sagemaker.describe_space(**lab), "InService")
    app = {**lab, "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(**app, ResourceSpec=DISTRIBUTION)
    until(lambda: sagemaker.describe_app(**app), "InService")
    return {"vpc": vpc, "subnet": subnet, "group": group, "app": app, "id": domain_id}


def until(describe: Any, status: str) -> None:
    """Wait, at most five seconds, until the resource has that status."""
    for _ in range(250):
        if describe()["Status"] == status:
            return
        time.sleep(0.02)
    raise AssertionError(f"{describe()} is not {status}")


def refusal(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def test_running_apps_and_the_file_system_hold_the_network(
    aws: Emulator, domain: dict[str, Any]
) -> None:
    ec2, efs, sagemaker = aws.client("ec2"), aws.client("efs"), aws.client("sagemaker")
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    holders = sorted((i["Description"].split()[0], i["Status"]) for i in interfaces)
    assert holders == [("EFS", "in-use"), ("[DO", "in-use")]
    (file_system,) = efs.describe_file_systems()["FileSystems"]
    assert {"Key": "ManagedByAmazonSageMakerResource"}.items() <= file_system["Tags"][0].items()
    blocked = [
        refusal(ec2.delete_subnet, SubnetId=domain["subnet"]),
        refusal(ec2.delete_security_group, GroupId=domain["group"]),
        refusal(ec2.delete_vpc, VpcId=domain["vpc"]),
    ]
    assert blocked == ["DependencyViolation"] * 3
    sagemaker.delete_app(**domain["app"])
    until(lambda: sagemaker.describe_app(**domain["app"]), "Deleted")
    ec2.delete_security_group(GroupId=domain["group"])
    assert refusal(ec2.delete_subnet, SubnetId=domain["subnet"]) == "DependencyViolation"


def test_nfs_groups_hold_the_vpc_until_their_rules_are_revoked(
    aws: Emulator, domain: dict[str, Any]
) -> None:
    aws.options.update({"nfs_groups_deleted_with_domain": False})
    ec2, sagemaker = aws.client("ec2"), aws.client("sagemaker")
    remove_all(sagemaker, domain)
    ec2.delete_security_group(GroupId=domain["group"])
    ec2.delete_subnet(SubnetId=domain["subnet"])
    assert refusal(ec2.delete_vpc, VpcId=domain["vpc"]) == "DependencyViolation"
    groups = [
        group
        for group in ec2.describe_security_groups()["SecurityGroups"]
        if domain["id"] in group["GroupName"]
    ]
    for group in groups:
        assert refusal(ec2.delete_security_group, GroupId=group["GroupId"]) == "DependencyViolation"
    for group in groups:
        named = {"GroupId": group["GroupId"]}
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(**named, IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(**named, IpPermissions=group["IpPermissionsEgress"])
    for group in groups:
        ec2.delete_security_group(GroupId=group["GroupId"])
    ec2.delete_vpc(VpcId=domain["vpc"])


def remove_all(sagemaker: Any, domain: dict[str, Any]) -> None:
    """Delete app, space, profile and, with its file system, the domain."""
    named = {"DomainId": domain["id"]}
    sagemaker.delete_app(**domain["app"])
    until(lambda: sagemaker.describe_app(**domain["app"]), "Deleted")
    sagemaker.delete_space(**named, SpaceName="lab")
    while sagemaker.list_spaces()["Spaces"]:
        time.sleep(0.02)
    sagemaker.delete_user_profile(**named, UserProfileName="alice")
    while sagemaker.list_user_profiles()["UserProfiles"]:
        time.sleep(0.02)
    sagemaker.delete_domain(**named, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    while sagemaker.list_domains()["Domains"]:
        time.sleep(0.02)
