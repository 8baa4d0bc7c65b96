"""Internet and NAT gateways, their interfaces, and Elastic IP addresses."""

from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import adopt, interface_of, release


def check_create_route(params: Params, call: Call) -> None:
    """Check that the route has one target, which exists, and that it is not the local route.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    # Every other member of the request is a target.
    members = params.keys() - {"DryRun", "RouteTableId"}
    given = sorted(member for member in members if not member.startswith("Destination"))
    if len(given) != 1:
        message = f"The request must contain exactly one target, got: {', '.join(given) or 'none'}"
        raise AwsError("InvalidParameterCombination", message)
    ec2 = call.backend("ec2")
    nat = params.get("NatGatewayId")
    if nat and nat not in ec2.nat_gateways:
        message = f"The natGateway ID '{nat}' does not exist"
        raise AwsError("InvalidNatGatewayID.NotFound", message)
    if _is_local(params, call):
        cidr = params["DestinationCidrBlock"]
        message = f"The route identified by {cidr} already exists."
        raise AwsError("RouteAlreadyExists", message)
    check_replace_route(params, call)


def check_delete_route(params: Params, call: Call) -> None:
    """InvalidParameterValue for the local route of the VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
    """
    if _is_local(params, call):
        cidr, table = params["DestinationCidrBlock"], params["RouteTableId"]
        message = f"cannot remove local route {cidr} in route table {table}"
        raise AwsError("InvalidParameterValue", message)


def _is_local(params: Params, call: Call) -> bool:
    table = call.backend("ec2").route_tables.get(params["RouteTableId"])
    wanted, routes = params.get("DestinationCidrBlock"), table.routes if table is not None else ()
    return any(each.local and wanted == each.destination_cidr_block for each in routes)


def check_attach_internet_gateway(params: Params, call: Call) -> None:
    """InvalidParameterValue for the second internet gateway of a VPC.

    https://github.com/binlab/terraform-aws-vault-ha-raft/issues/54
    """
    ec2, wanted = call.backend("ec2"), params["VpcId"]
    if (held := _internet_gateway(wanted, ec2)) and held.id != params["InternetGatewayId"]:
        message = f"Network {wanted} already has an internet gateway attached"
        raise AwsError("InvalidParameterValue", message)


def _internet_gateway(vpc_id: str, ec2: Any) -> Any:
    """The internet gateway of the VPC, if any."""
    gateways = ec2.internet_gateways.values()
    return next((g for g in gateways if g.vpc is not None and g.vpc.id == vpc_id), None)


def check_replace_route(params: Params, call: Call) -> None:
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


def check_detach_internet_gateway(params: Params, call: Call) -> None:
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


def check_release_address(params: Params, call: Call) -> None:
    """InvalidIPAddress.InUse for an address that is associated.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    """
    for address in call.backend("ec2").addresses:
        if address.allocation_id == params.get("AllocationId") and address.association_id:
            message = f"Address {address.public_ip} is in use."
            raise AwsError("InvalidIPAddress.InUse", message)


def check_create_nat_gateway(params: Params, _: Call) -> None:
    """A public gateway needs an Elastic IP address."""
    public = params.get("ConnectivityType", "public") == "public"
    if public and not params.get("AllocationId"):
        message = "The request must contain the parameter AllocationId"
        raise AwsError("MissingParameter", message)
    if params.get("PrivateIpAddress"):
        # Moto ignores it.
        message = "The emulator chooses the private address of a NAT gateway."
        raise AwsError("UnsupportedOperation", message)


def amend_create_nat_gateway(params: Params, call: Call, answer: Answer) -> Answer:
    """Make the interface one that the gateway manages, without security groups.

    A public gateway fails in a VPC without an internet gateway (NatGateway$FailureMessage).
    """
    gateway = call.backend("ec2").nat_gateways[answer["NatGateway"]["NatGatewayId"]]
    public = params.get("ConnectivityType", "public") == "public"
    if public and _internet_gateway(gateway.vpc_id, call.backend("ec2")) is None:
        gateway.state, gateway.failure_code = "failed", "Gateway.NotAttached"
        gateway.failure_message = f"Network {gateway.vpc_id} has no Internet gateway attached"
        answer["NatGateway"]["State"] = "pending"
    interface = interface_of(gateway)
    description = f"Interface for NAT Gateway {gateway.id}"
    adopt(interface, description, kind="nat_gateway", groups=[])
    address = {"PrivateIp": interface.private_ip_address}
    gateway.address_set[0]["privateIp"] = address["PrivateIp"]
    (shown,) = answer["NatGateway"]["NatGatewayAddresses"]
    return {"NatGateway": answer["NatGateway"] | {"NatGatewayAddresses": [shown | address]}}


def check_delete_nat_gateway(params: Params, call: Call) -> None:
    """NatGatewayNotFound for an unknown or a deleted gateway."""
    gateway = call.backend("ec2").nat_gateways.get(params["NatGatewayId"])
    if gateway is None or gateway.state == "deleted":
        message = f"NatGateway {params['NatGatewayId']} was not found"
        raise AwsError("NatGatewayNotFound", message)


def check_describe_nat_gateways(params: Params, call: Call) -> None:
    """NatGatewayNotFound for an unknown gateway."""
    for gateway in params.get("NatGatewayIds") or []:
        if gateway not in call.backend("ec2").nat_gateways:
            raise AwsError("NatGatewayNotFound", f"NatGateway {gateway} was not found")


def amend_delete_nat_gateway(params: Params, call: Call, answer: Answer) -> Answer:
    """Delete the interface and disassociate its Elastic IP address."""
    ec2 = call.backend("ec2")
    interface = interface_of(ec2.nat_gateways[params["NatGatewayId"]])
    for address in ec2.addresses:
        if address.eni is interface:
            ec2.disassociate_address(association_id=address.association_id)
    release(interface)
    return answer
