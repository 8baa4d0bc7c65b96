"""What a domain creates in the account: its EFS, mount targets, interfaces and NFS groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio_emulator.studio.call import Call
from studio_emulator.studio.checks import invalid
from studio_emulator.studio.lifecycle import Resource

NFS_PORT = "2049"
OWNER_TAG = "ManagedByAmazonSageMakerResource"


def provision(call: Call, domain: Resource) -> None:
    """Create both NFS groups, the file system and its mount targets; note them in `owned`."""
    domain.owned["inbound"], domain.owned["outbound"] = _create_groups(call, domain)
    domain.owned["efs"] = _create_file_system(call, domain)
    domain.data["HomeEfsFileSystemId"] = domain.owned["efs"]
    mount(call, domain, domain.data["SubnetIds"])


def mount(call: Call, domain: Resource, subnet_ids: Iterable[str]) -> None:
    """Mount the file system in each of the subnets, once in an Availability Zone as EFS allows."""
    ec2, efs = call.backend("ec2"), call.backend("efs")
    file_system = efs.file_systems_by_id.get(domain.owned["efs"])
    if file_system is None:
        return
    for subnet_id in subnet_ids:
        if file_system.has_mount_target(ec2.get_subnet(subnet_id)):
            continue
        target = efs.create_mount_target(
            file_system.file_system_id, subnet_id, security_groups=[domain.owned["inbound"]]
        )
        interface = ec2.get_network_interface(target.network_interface_id)
        _mark(
            interface,
            f"EFS mount target for {file_system.file_system_id} ({target.mount_target_id})",
        )


def delete_file_system(call: Call, domain: Resource) -> None:
    """Delete the domain's mount targets, their interfaces and the file system, if still there."""
    efs = call.backend("efs")
    file_system = efs.file_systems_by_id.get(domain.owned.get("efs"))
    if file_system is None:
        return
    for target in list(file_system.iter_mount_targets()):
        efs.delete_mount_target(target.mount_target_id)
    efs.delete_file_system(file_system.file_system_id)


def delete_groups(call: Call, domain: Resource) -> None:
    """Revoke the rules by which both NFS groups refer to each other, then delete them."""
    ec2 = call.backend("ec2")
    ids = {domain.owned.get("inbound"), domain.owned.get("outbound")}
    groups = [group for group_id in ids if (group := ec2.get_security_group_from_id(group_id))]
    for group in groups:
        group.ingress_rules.clear()
        group.egress_rules.clear()
    for group in groups:
        ec2.delete_security_group(group_id=group.id)


def attach_app(call: Call, domain: Resource, group_ids: Iterable[str], uid: str) -> list[str]:
    """Create the network interface of a running app, with the user's groups; return its id.

    Raises ValidationException when the subnet has no address left.
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
    _mark(interface, f"[DO NOT DELETE] ENI managed by SageMaker for Studio Domain ({domain.id})")
    return [interface.id]


def detach_app(call: Call, interface_ids: Iterable[str]) -> None:
    """Delete the network interfaces of an app that has stopped."""
    ec2 = call.backend("ec2")
    for interface_id in interface_ids:
        interface = ec2.enis.pop(interface_id, None)
        if interface is not None:
            interface.subnet.del_subnet_ip(interface.private_ip_address)


def _mark(interface: Any, description: str) -> None:
    interface.description = description
    interface.requester_managed = True
    interface.status = "in-use"


def _create_file_system(call: Call, domain: Resource) -> str:
    file_system = call.backend("efs").create_file_system(
        creation_token=domain.id,
        performance_mode="generalPurpose",
        encrypted=True,
        kms_key_id=domain.data.get("KmsKeyId"),
        throughput_mode="bursting",
        # Must be given: None leaves them out of the answer.
        provisioned_throughput_in_mibps=None,
        availability_zone_name=None,
        backup=False,
        tags=[{"Key": OWNER_TAG, "Value": domain.arn}],
    )
    return str(file_system.file_system_id)


def _create_groups(call: Call, domain: Resource) -> tuple[str, str]:
    ec2 = call.backend("ec2")
    made = {}
    for way in ("inbound", "outbound"):
        group = ec2.create_security_group(
            f"security-group-for-{way}-nfs-{domain.id}",
            f"[DO NOT DELETE] Security Group that allows {way} NFS traffic for SageMaker "
            f"Notebooks Domain [{domain.id}]",
            domain.data["VpcId"],
            tags={OWNER_TAG: domain.arn},
        )
        group.egress_rules.clear()
        made[way] = group.id
    rule = {"ip_protocol": "tcp", "from_port": NFS_PORT, "to_port": NFS_PORT, "ip_ranges": []}
    ec2.authorize_security_group_ingress(
        made["inbound"], **rule, source_groups=[{"GroupId": made["outbound"]}]
    )
    ec2.authorize_security_group_egress(
        made["outbound"], **rule, source_groups=[{"GroupId": made["inbound"]}]
    )
    return made["inbound"], made["outbound"]
