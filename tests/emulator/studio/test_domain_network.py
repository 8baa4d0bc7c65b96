"""A domain's resources in the account: file system, mount targets, interfaces, NFS groups."""

import pytest

from studio_emulator.server import Emulator
from tests.emulator.control_plane import REGION, ControlPlane, refused
from tests.emulator.samples import code_of


def test_interfaces_of_studio_prevent_deletions(aws: Emulator, studio: ControlPlane) -> None:
    domain_id = studio.running_space()
    ec2 = aws.client("ec2", region=REGION)
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    holders = sorted((i["Description"].split()[0], i["Status"]) for i in interfaces)
    assert holders == [("EFS", "in-use"), ("EFS", "in-use"), ("[DO", "in-use")]
    assert code_of(ec2.delete_security_group, GroupId=studio.group) == "DependencyViolation"
    studio.DeleteApp(**studio.app_key(domain_id))
    studio.wait(600)
    ec2.delete_security_group(GroupId=studio.group)
    for subnet in studio.subnets:
        assert code_of(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"


def test_interface_of_a_running_app(studio: ControlPlane) -> None:
    domain_id = studio.idle_space()
    before = set(studio.ec2.enis)
    studio.app(domain_id)
    (interface,) = [eni for id_, eni in studio.ec2.enis.items() if id_ not in before]
    groups = [group.name for group in interface.group_set]
    assert groups == ["users", f"security-group-for-outbound-nfs-{domain_id}"]
    assert interface.subnet.id in studio.subnets
    assert interface.status == "in-use"
    assert domain_id in interface.description


def test_full_subnet(studio: ControlPlane) -> None:
    tiny = studio.ec2.create_subnet(studio.vpc, "10.0.9.0/28", availability_zone=f"{REGION}a")
    domain_id = studio.domain(SubnetIds=[tiny.id])
    studio.profile(domain_id)
    for n in range(11):
        studio.space(domain_id, f"space{n}")
    # 16 addresses less AWS's five and the mount target's.
    apps = [studio.app(domain_id, f"space{n}") for n in range(10)]
    words = "no free IP address"
    params = studio.app_key(domain_id, SpaceName="space10")
    refused("ValidationException", words, studio.CreateApp, **params)
    studio.DeleteApp(**apps[0])
    studio.wait(600)
    studio.CreateApp(**params)


@pytest.mark.parametrize("member", ["KmsKeyId", "HomeEfsFileSystemKmsKeyId"])
def test_network_of_a_domain(studio: ControlPlane, member: str) -> None:
    key = studio.call.backend("kms").create_key(None, "ENCRYPT_DECRYPT", "", "", None)
    domain_id = studio.domain(**{member: key.arn})
    arn = studio.DescribeDomain(DomainId=domain_id)["DomainArn"]
    (file_system,) = studio.efs.file_systems_by_id.values()
    info = file_system.info_json()
    assert (info["Encrypted"], info["KmsKeyId"]) == (True, key.arn)
    assert info["Tags"] == [{"Key": "ManagedByAmazonSageMakerResource", "Value": arn}]
    targets = list(file_system.iter_mount_targets())
    assert [target.subnet_id for target in targets] == studio.subnets
    inbound, outbound = (
        next(g for g in studio.ec2.describe_security_groups() if g.name == name)
        for name in studio.groups(domain_id)
    )
    assert inbound.name == f"security-group-for-inbound-nfs-{domain_id}"
    assert [t.security_groups for t in targets] == [[inbound.id]] * 2
    assert [rule.source_group["GroupId"] for rule in inbound.ingress_rules] == [outbound.id]
    assert [rule.source_group["GroupId"] for rule in outbound.egress_rules] == [inbound.id]
    assert len(studio.ec2.enis) == 2


def test_mount_targets_of_new_subnets(studio: ControlPlane) -> None:
    domain_id = studio.domain(SubnetIds=studio.subnets[:1])
    studio.UpdateDomain(DomainId=domain_id, SubnetIds=studio.subnets)
    (file_system,) = studio.efs.file_systems_by_id.values()
    assert file_system.number_of_mount_targets == 2
    studio.wait(600)
    studio.UpdateDomain(DomainId=domain_id, SubnetIds=studio.subnets[1:])
    studio.wait(600)
    assert file_system.number_of_mount_targets == 2, "the one of a removed subnet stays"
