"""NAT gateways, and their network interfaces, which moto does not delete."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import interface_of, set_groups
from studio_emulator.services import interfaces


def check_create(params: Params, _: Call) -> None:
    """A public gateway needs an Elastic IP address."""
    public = params.get("ConnectivityType", "public") == "public"
    if public and not params.get("AllocationId"):
        message = "The request must contain the parameter AllocationId"
        raise AwsError("MissingParameter", message)
    if params.get("PrivateIpAddress"):
        # Moto ignores it.
        message = "The emulator chooses the private address of a NAT gateway."
        raise AwsError("UnsupportedOperation", message)


def amend_create(_: Params, call: Call, answer: Answer) -> Answer:
    """Make the interface one that the gateway manages, without security groups."""
    gateway = call.backend("ec2").nat_gateways[answer["NatGateway"]["NatGatewayId"]]
    interface = interface_of(gateway)
    interfaces.adopt(interface, f"Interface for NAT Gateway {gateway.id}", kind="nat_gateway")
    set_groups(interface, [])
    address = {"PrivateIp": interface.private_ip_address}
    gateway.address_set[0]["privateIp"] = address["PrivateIp"]
    (shown,) = answer["NatGateway"]["NatGatewayAddresses"]
    return {"NatGateway": answer["NatGateway"] | {"NatGatewayAddresses": [shown | address]}}


def check_delete(params: Params, call: Call) -> None:
    """NatGatewayNotFound for an unknown or a deleted gateway."""
    gateway = call.backend("ec2").nat_gateways.get(params["NatGatewayId"])
    if gateway is None or gateway.state == "deleted":
        message = f"NatGateway {params['NatGatewayId']} was not found"
        raise AwsError("NatGatewayNotFound", message)


def amend_delete(params: Params, call: Call, answer: Answer) -> Answer:
    """Delete the interface and disassociate its Elastic IP address."""
    ec2 = call.backend("ec2")
    interface = interface_of(ec2.nat_gateways[params["NatGatewayId"]])
    for address in ec2.addresses:
        if address.eni is interface:
            ec2.disassociate_address(association_id=address.association_id)
    interfaces.release(interface, ec2)
    return answer
