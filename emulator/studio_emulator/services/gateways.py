"""Internet and NAT gateways, their interfaces, and Elastic IP addresses."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import adopt, interface_of, release


def check_route(params: Params, call: Call) -> None:
    """InvalidParameterValue for an internet gateway that is not attached to the table's VPC."""
    ec2 = call.backend("ec2")
    gateway = ec2.internet_gateways.get(params.get("GatewayId"))
    table = ec2.route_tables.get(params["RouteTableId"])
    if gateway is None or table is None:
        return
    if gateway.vpc is None or gateway.vpc.id != table.vpc_id:
        raise AwsError(
            "InvalidParameterValue",
            f"route table {table.id} and network gateway {gateway.id} belong to different networks",
        )


def check_detach(params: Params, call: Call) -> None:
    """DependencyViolation while the VPC has public addresses.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
    """
    for address in call.backend("ec2").addresses:
        if address.eni is not None and address.eni.subnet.vpc_id == params["VpcId"]:
            raise AwsError(
                "DependencyViolation",
                f"Network {params['VpcId']} has some mapped public address(es). Please unmap "
                "those public address(es) before detaching the gateway.",
            )


def check_release(params: Params, call: Call) -> None:
    """InvalidIPAddress.InUse for an address that is associated.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    """
    for address in call.backend("ec2").addresses:
        if address.allocation_id == params.get("AllocationId") and address.association_id:
            message = f"Address {address.public_ip} is in use."
            raise AwsError("InvalidIPAddress.InUse", message)


def check_create_nat(params: Params, _: Call) -> None:
    """A public gateway needs an Elastic IP address."""
    public = params.get("ConnectivityType", "public") == "public"
    if public and not params.get("AllocationId"):
        message = "The request must contain the parameter AllocationId"
        raise AwsError("MissingParameter", message)
    if params.get("PrivateIpAddress"):
        # Moto ignores it.
        message = "The emulator chooses the private address of a NAT gateway."
        raise AwsError("UnsupportedOperation", message)


def amend_create_nat(_: Params, call: Call, answer: Answer) -> Answer:
    """Make the interface one that the gateway manages, without security groups."""
    gateway = call.backend("ec2").nat_gateways[answer["NatGateway"]["NatGatewayId"]]
    interface = interface_of(gateway)
    description = f"Interface for NAT Gateway {gateway.id}"
    adopt(interface, description, kind="nat_gateway", groups=[])
    address = {"PrivateIp": interface.private_ip_address}
    gateway.address_set[0]["privateIp"] = address["PrivateIp"]
    (shown,) = answer["NatGateway"]["NatGatewayAddresses"]
    return {"NatGateway": answer["NatGateway"] | {"NatGatewayAddresses": [shown | address]}}


def check_delete_nat(params: Params, call: Call) -> None:
    """NatGatewayNotFound for an unknown or a deleted gateway."""
    gateway = call.backend("ec2").nat_gateways.get(params["NatGatewayId"])
    if gateway is None or gateway.state == "deleted":
        message = f"NatGateway {params['NatGatewayId']} was not found"
        raise AwsError("NatGatewayNotFound", message)


def amend_delete_nat(params: Params, call: Call, answer: Answer) -> Answer:
    """Delete the interface and disassociate its Elastic IP address."""
    ec2 = call.backend("ec2")
    interface = interface_of(ec2.nat_gateways[params["NatGatewayId"]])
    for address in ec2.addresses:
        if address.eni is interface:
            ec2.disassociate_address(association_id=address.association_id)
    release(interface)
    return answer
