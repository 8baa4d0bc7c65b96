"""Network interfaces: which cannot be deleted, also of services; groups; DeleteOnTermination."""

from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError

MOST_GROUPS = 5
"""https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"""
_RESERVED = 4


def check_delete_network_interface(params: Params, call: Call) -> None:
    """Refuse to delete an interface in use."""
    interface = call.backend("ec2").get_network_interface(params["NetworkInterfaceId"])
    if interface.instance is not None or interface.status == "in-use":
        message = f"Network interface '{interface.id}' is currently in use."
        raise AwsError("InvalidParameterValue", message)


def check_create_network_interface(params: Params, call: Call) -> None:
    """Refuse groups as ``_check_groups``, and an address that is not free in the subnet."""
    ec2 = call.backend("ec2")
    subnet = ec2.get_subnet(params["SubnetId"])
    _check_groups(params.get("Groups") or [], subnet, ec2)
    address = params.get("PrivateIpAddress")
    if address and not is_usable(address, subnet):
        message = f"Address {address} does not fall within the subnet's address range"
        raise AwsError("InvalidParameterValue", message)
    if address and is_in_use(address, subnet, ec2):
        raise AwsError("InvalidIPAddress.InUse", f"Address {address} is in use.")


def check_modify_network_interface_attribute(params: Params, call: Call) -> None:
    ec2 = call.backend("ec2")
    subnet = ec2.get_network_interface(params["NetworkInterfaceId"]).subnet
    _check_groups(params.get("Groups") or [], subnet, ec2)


def _check_groups(group_ids: Sequence[str], subnet: Any, ec2: Any) -> None:
    """Refuse groups that do not exist, as moto creates them, are too many, or of another VPC.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. The message about
    networks is in ansible/ansible-modules-core#347.
    """
    if len(group_ids) > MOST_GROUPS:
        message = f"An interface has at most {MOST_GROUPS} security groups."
        raise AwsError("SecurityGroupsPerInterfaceLimitExceeded", message)
    for group_id in group_ids:
        if security_group(group_id, ec2).vpc_id != subnet.vpc_id:
            raise AwsError(
                "InvalidParameter",
                f"Security group {group_id} and subnet {subnet.id} belong to different networks.",
            )


def is_usable(address: str, subnet: Any) -> bool:
    """Whether the subnet has the address, and AWS does not reserve it.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    network = IPv4Network(subnet.cidr_block, strict=False)
    try:
        return network[_RESERVED] <= IPv4Address(address) < network.broadcast_address
    except AddressValueError:
        return False


def is_in_use(address: str, subnet: Any, ec2: Any) -> bool:
    """Whether an interface in the subnet has the address."""
    return any(
        each.subnet.id == subnet.id
        and address in (ip["PrivateIpAddress"] for ip in each.private_ip_addresses)
        for each in ec2.enis.values()
    )


def amend_modify_network_interface_attribute(params: Params, call: Call, answer: Answer) -> Answer:
    """Change DeleteOnTermination of an attachment, which moto ignores."""
    wanted = params.get("Attachment", {})
    if "DeleteOnTermination" in wanted:
        interface = call.backend("ec2").get_network_interface(params["NetworkInterfaceId"])
        attachment = wanted.get("AttachmentId")
        if interface.attachment_id is None or interface.attachment_id != attachment:
            message = f"The networkInterface attachment '{attachment}' does not exist."
            raise AwsError("InvalidAttachmentID.NotFound", message)
        interface.delete_on_termination = wanted["DeleteOnTermination"]
    return answer


def security_group(group_id: str, ec2: Any) -> Any:
    """The security group; AwsError InvalidGroup.NotFound if it does not exist."""
    group = ec2.get_security_group_from_id(group_id)
    if group is None:
        message = f"The security group '{group_id}' does not exist"
        raise AwsError("InvalidGroup.NotFound", message)
    return group
