"""A domain's resources in the account: file system, mount targets, interfaces, NFS groups."""

from collections.abc import Iterable

from studio_emulator.call import Call
from studio_emulator.moto_internals.ec2 import adopt, release
from studio_emulator.studio.lifecycle import Resource
from studio_emulator.studio.refusals import invalid

NFS_PORT = "2049"
OWNER_TAG = "ManagedByAmazonSageMakerResource"


def provision(call: Call, domain: Resource) -> None:
    """Create the NFS security groups, the file system and its mount targets."""
    domain.owned["inbound"], domain.owned["outbound"] = _create_groups(call, domain)
    domain.owned["efs"] = _create_file_system(call, domain)
    domain.data["HomeEfsFileSystemId"] = domain.owned["efs"]
    mount(call, domain, domain.data["SubnetIds"])


def mount(call: Call, domain: Resource, subnet_ids: Iterable[str]) -> None:
    """Create a mount target in each subnet, one in an Availability Zone as EFS allows."""
    ec2, efs = call.backend("ec2"), call.backend("efs")
    file_system = efs.file_systems_by_id.get(domain.owned["efs"])
    if file_system is None:
        return
    for subnet_id in subnet_ids:
        if file_system.has_mount_target(ec2.get_subnet(subnet_id)):
            continue
        efs.create_mount_target(
            file_system.file_system_id, subnet_id, security_groups=[domain.owned["inbound"]]
        )


def delete_file_system(call: Call, domain: Resource) -> None:
    """Delete the domain's file system with its mount targets and their interfaces, if it exists."""
    efs = call.backend("efs")
    file_system = efs.file_systems_by_id.get(domain.owned.get("efs"))
    if file_system is None:
        return
    for target in list(file_system.iter_mount_targets()):
        efs.delete_mount_target(target.mount_target_id)
    efs.delete_file_system(file_system.file_system_id)


def delete_groups(call: Call, domain: Resource) -> None:
    """Delete the NFS security groups that exist."""
    ec2 = call.backend("ec2")
    for group_id in (domain.owned.get("inbound"), domain.owned.get("outbound")):
        if ec2.get_security_group_from_id(group_id):
            ec2.delete_security_group(group_id=group_id)


def attach_app(call: Call, domain: Resource, group_ids: Iterable[str], uid: str) -> list[str]:
    """Create the network interface of an app, with the user's groups; its id.

    Raises ValidationException if the subnet has no free address.
    """
    ec2 = call.backend("ec2")
    subnet_ids = domain.data.get("SubnetIds")
    if not subnet_ids:
        return []
    subnet = ec2.get_subnet(subnet_ids[int(uid) % len(subnet_ids)])
    groups = [*group_ids, *filter(None, [domain.owned.get("outbound")])]
    try:
        address = subnet.get_available_subnet_ip(None)
    except StopIteration:
        raise invalid(f"Subnet '{subnet.id}' has no free IP address left.") from None
    interface = ec2.create_network_interface(subnet, address, group_ids=groups)
    description = f"[DO NOT DELETE] ENI managed by SageMaker for Studio Domain ({domain.id})"
    adopt(interface, description, kind="interface")
    return [interface.id]


def detach_app(call: Call, interface_ids: Iterable[str]) -> None:
    """Delete the network interfaces of an app that has stopped."""
    enis = call.backend("ec2").enis
    for interface_id in interface_ids:
        if interface_id in enis:
            release(enis[interface_id])


def _create_file_system(call: Call, domain: Resource) -> str:
    file_system = call.backend("efs").create_file_system(
        creation_token=domain.id,
        performance_mode="generalPurpose",
        encrypted=True,
        kms_key_id=domain.data.get("KmsKeyId"),
        throughput_mode="bursting",
        # moto requires these arguments; None omits them from the answer.
        provisioned_throughput_in_mibps=None,
        availability_zone_name=None,
        backup=False,
        tags=[{"Key": OWNER_TAG, "Value": domain.arn}],
    )
    return str(file_system.file_system_id)


def _create_groups(call: Call, domain: Resource) -> tuple[str, str]:
    ec2 = call.backend("ec2")
    ids = {}
    for direction in ("inbound", "outbound"):
        group = ec2.create_security_group(
            f"security-group-for-{direction}-nfs-{domain.id}",
            f"[DO NOT DELETE] Security Group that allows {direction} NFS traffic for SageMaker "
            f"Notebooks Domain [{domain.id}]",
            domain.data["VpcId"],
            tags={OWNER_TAG: domain.arn},
        )
        group.egress_rules.clear()
        ids[direction] = group.id
    rule = {"ip_protocol": "tcp", "from_port": NFS_PORT, "to_port": NFS_PORT, "ip_ranges": []}
    ec2.authorize_security_group_ingress(
        ids["inbound"], **rule, source_groups=[{"GroupId": ids["outbound"]}]
    )
    ec2.authorize_security_group_egress(
        ids["outbound"], **rule, source_groups=[{"GroupId": ids["inbound"]}]
    )
    return ids["inbound"], ids["outbound"]
