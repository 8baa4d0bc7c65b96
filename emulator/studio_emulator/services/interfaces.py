"""Network interfaces, including those that a service manages, and their security groups."""

from collections.abc import Sequence
from typing import Any

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import lacks_own_address, set_groups


def adopt(interface: Any, description: str, *, kind: str, groups: Sequence[str] = ()) -> None:
    """Make an interface one that a service manages, in use and with an address of its subnet.

    kind: EC2's interface type, e.g. `vpc_endpoint`, `efs`. groups: the ids of the new security
    groups, if any.
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


def check_delete(params: Params, call: Call) -> None:
    """Refuse to delete an interface in use."""
    interface = call.backend("ec2").get_network_interface(params["NetworkInterfaceId"])
    if interface.instance is not None or interface.status == "in-use":
        message = f"Network interface '{interface.id}' is currently in use."
        raise AwsError("InvalidParameterValue", message)


def check_create(params: Params, call: Call) -> None:
    """Refuse groups that do not exist: moto creates them."""
    for group_id in params.get("Groups") or []:
        security_group(group_id, call.backend("ec2"))


def security_group(group_id: str, ec2: Any) -> Any:
    """The security group; AwsError InvalidGroup.NotFound if it does not exist."""
    group = ec2.get_security_group_from_id(group_id)
    if group is None:
        message = f"The security group '{group_id}' does not exist"
        raise AwsError("InvalidGroup.NotFound", message)
    return group
