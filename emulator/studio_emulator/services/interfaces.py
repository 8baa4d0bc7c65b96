"""Network interfaces that a service manages in a subnet of the account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import lacks_own_address, set_groups
from studio_emulator.studio.call import Call


def adopt(interface: Any, description: str, *, kind: str, groups: Sequence[str] = ()) -> None:
    """Make moto's interface one that a service manages: in use, and with an address of its subnet.

    kind: EC2's interface type, e.g. `vpc_endpoint`, `efs`. groups: security group ids; none
    leaves those that it has.
    """
    ec2 = interface.ec2_backend
    interface.description = description
    interface.interface_type = kind
    interface.requester_managed = True
    interface.status = "in-use"
    if groups:
        set_groups(interface, [ec2.get_security_group_from_id(group) for group in groups])
    if lacks_own_address(interface):
        address = interface.subnet.get_available_subnet_ip(interface)
        interface.private_ip_address = address
        interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]


def release(interface: Any, ec2: Any) -> None:
    """Delete a service's interface and free its address."""
    ec2.enis.pop(interface.id, None)
    interface.subnet.del_subnet_ip(interface.private_ip_address)


def check_delete(params: dict[str, Any], call: Call) -> None:
    """Refuse to delete an interface in use."""
    interface = call.backend("ec2").get_network_interface(params["NetworkInterfaceId"])
    if interface.instance is not None or interface.status == "in-use":
        message = f"Network interface '{interface.id}' is currently in use."
        raise AwsError("InvalidParameterValue", message)


def check_create(params: dict[str, Any], call: Call) -> None:
    """Refuse groups that do not exist, which moto would create."""
    ec2 = call.backend("ec2")
    for group_id in params.get("Groups") or []:
        if ec2.get_security_group_from_id(group_id) is None:
            message = f"The security group '{group_id}' does not exist"
            raise AwsError("InvalidGroup.NotFound", message)
