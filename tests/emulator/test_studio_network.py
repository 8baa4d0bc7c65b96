"""Studio's resources in a VPC, through the APIs of EC2 and EFS."""

from typing import Any

from studio_emulator.server import Emulator
from tests.emulator.control_plane import REGION, ControlPlane
from tests.emulator.samples import refusal


def require_dependency(call: Any, **params: Any) -> None:
    assert refusal(call, **params)[0] == "DependencyViolation"


def test_resources_of_studio_prevent_deletions(aws: Emulator, studio: ControlPlane) -> None:
    studio.options.update({"nfs_groups_deleted_with_domain": False})
    domain_id = studio.running_space()
    ec2, efs = aws.client("ec2", region=REGION), aws.client("efs", region=REGION)
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    holders = sorted((i["Description"].split()[0], i["Status"]) for i in interfaces)
    assert holders == [("EFS", "in-use"), ("EFS", "in-use"), ("[DO", "in-use")]
    (file_system,) = efs.describe_file_systems()["FileSystems"]
    assert {"Key": "ManagedByAmazonSageMakerResource"}.items() <= file_system["Tags"][0].items()
    require_dependency(ec2.delete_security_group, GroupId=studio.group)
    require_dependency(ec2.delete_vpc, VpcId=studio.vpc)
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(600)
    ec2.delete_security_group(GroupId=studio.group)
    for subnet in studio.subnets:
        require_dependency(ec2.delete_subnet, SubnetId=subnet)
    studio.DeleteSpace(DomainId=domain_id, SpaceName="lab")
    studio.wait(60)
    studio.DeleteUserProfile(DomainId=domain_id, UserProfileName="alice")
    studio.wait(60)
    studio.DeleteDomain(DomainId=domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    studio.wait(300)
    for subnet in studio.subnets:
        ec2.delete_subnet(SubnetId=subnet)
    require_dependency(ec2.delete_vpc, VpcId=studio.vpc)
    groups = [
        group
        for group in ec2.describe_security_groups()["SecurityGroups"]
        if domain_id in group["GroupName"]
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
    ec2.delete_vpc(VpcId=studio.vpc)
