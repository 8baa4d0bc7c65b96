"""Network interfaces: which cannot be deleted, also of services; groups; DeleteOnTermination."""

from typing import Any

from studio_emulator.call import Answer, Call, Params
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


def amend_modify(params: Params, call: Call, answer: Answer) -> Answer:
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
