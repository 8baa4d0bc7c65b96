"""Studio's resources in a VPC, through the APIs of EC2 and EFS."""

from typing import Any

import pytest

from studio_emulator.server import Emulator
from tests.emulator.control_plane import DISTRIBUTION
from tests.emulator.samples import make_role, refusal
from tests.emulator.sessions.channels import eventually


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
    """Wait until the resource has that status."""
    assert eventually(lambda: describe()["Status"] == status), describe()


def require_dependency(call: Any, **params: Any) -> None:
    assert refusal(call, **params)[0] == "DependencyViolation"


def test_resources_of_studio_prevent_deletions(aws: Emulator, domain: dict[str, Any]) -> None:
    aws.options.update({"nfs_groups_deleted_with_domain": False})
    ec2, efs, sagemaker = aws.client("ec2"), aws.client("efs"), aws.client("sagemaker")
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    holders = sorted((i["Description"].split()[0], i["Status"]) for i in interfaces)
    assert holders == [("EFS", "in-use"), ("[DO", "in-use")]
    (file_system,) = efs.describe_file_systems()["FileSystems"]
    assert {"Key": "ManagedByAmazonSageMakerResource"}.items() <= file_system["Tags"][0].items()
    require_dependency(ec2.delete_subnet, SubnetId=domain["subnet"])
    require_dependency(ec2.delete_security_group, GroupId=domain["group"])
    require_dependency(ec2.delete_vpc, VpcId=domain["vpc"])
    sagemaker.delete_app(**domain["app"])
    until(lambda: sagemaker.describe_app(**domain["app"]), "Deleted")
    ec2.delete_security_group(GroupId=domain["group"])
    require_dependency(ec2.delete_subnet, SubnetId=domain["subnet"])
    named = {"DomainId": domain["id"]}
    sagemaker.delete_space(**named, SpaceName="lab")
    assert eventually(lambda: not sagemaker.list_spaces()["Spaces"])
    sagemaker.delete_user_profile(**named, UserProfileName="alice")
    assert eventually(lambda: not sagemaker.list_user_profiles()["UserProfiles"])
    sagemaker.delete_domain(**named, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    assert eventually(lambda: not sagemaker.list_domains()["Domains"])
    ec2.delete_subnet(SubnetId=domain["subnet"])
    require_dependency(ec2.delete_vpc, VpcId=domain["vpc"])
    groups = [
        group
        for group in ec2.describe_security_groups()["SecurityGroups"]
        if domain["id"] in group["GroupName"]
    ]
    for group in groups:
        require_dependency(ec2.delete_security_group, GroupId=group["GroupId"])
    for group in groups:
        named = {"GroupId": group["GroupId"]}
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(**named, IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(**named, IpPermissions=group["IpPermissionsEgress"])
    for group in groups:
        ec2.delete_security_group(GroupId=group["GroupId"])
    ec2.delete_vpc(VpcId=domain["vpc"])
