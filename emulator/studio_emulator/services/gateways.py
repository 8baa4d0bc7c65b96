"""Internet gateways, Elastic IP addresses and tags: checks that moto does not have."""

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError


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


def check_tags(params: Params, _: Call) -> None:
    """InvalidParameterValue for a reserved key."""
    for tag in params.get("Tags") or []:
        if tag.get("Key", "").lower().startswith("aws:"):
            raise AwsError(
                "InvalidParameterValue",
                f"Tag keys starting with 'aws:' are reserved for internal use: {tag['Key']}",
            )
