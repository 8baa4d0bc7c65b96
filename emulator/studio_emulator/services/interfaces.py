"""Network interfaces, including those that a service manages, and their security groups."""

from typing import Any

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError


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
