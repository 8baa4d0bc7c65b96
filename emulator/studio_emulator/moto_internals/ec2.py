"""EC2: private parts of its resources, and corrections of moto's answers."""

from collections.abc import Sequence
from functools import cache, wraps
from typing import Any

from moto.ec2.models.route_tables import Route
from moto.ec2.models.vpcs import VPCEndPoint


def is_true(value: Any) -> bool:
    """The value of a flag, which moto stores as a boolean or as text."""
    return str(value).lower() == "true"


def subnets_of(route_table: Any) -> list[str]:
    """The subnets that are associated with a route table."""
    return list(route_table._associations.values())


def peering_status(connection: Any) -> str:
    """The status of a VPC peering connection."""
    return str(connection._status.code)


def set_groups(interface: Any, groups: Sequence[Any]) -> None:
    """Replace the security groups of a network interface."""
    interface._group_set = list(groups)


def lacks_own_address(interface: Any) -> bool:
    """Whether the interface's address is outside its subnet: moto chooses a random one."""
    return interface.private_ip_address not in interface.subnet._subnet_ips


def interface_of(nat_gateway: Any) -> Any:
    """A NAT gateway's network interface, which moto does not delete with the gateway."""
    return nat_gateway._eni


def show_blackholes() -> None:
    """Set the state of a route to `blackhole` if its target does not exist.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """

    def state(route: Route) -> str:
        ec2 = route.route_table.ec2_backend
        gateway, nat, interface = route.gateway, route.nat_gateway, route.interface
        if gateway is not None and gateway.id.startswith("igw-"):
            attached = gateway.id in ec2.internet_gateways and gateway.vpc is not None
            return "active" if attached else "blackhole"
        if nat is not None and nat.state in ("deleting", "deleted", "failed"):
            return "blackhole"
        if interface is not None and interface.id not in ec2.enis:
            return "blackhole"
        if route.transit_gateway is not None:
            gateways = ec2.transit_gateways
            return "active" if route.transit_gateway.id in gateways else "blackhole"
        if route.vpc_pcx is not None and peering_status(route.vpc_pcx) in ("deleted", "expired"):
            return "blackhole"
        return "active"

    Route.state = property(state)


@cache
def find_endpoints_by_id() -> None:
    """Let DescribeVpcEndpoints filter by `vpc-endpoint-id`."""
    original = VPCEndPoint.get_filter_value

    @wraps(original)
    def value(endpoint: VPCEndPoint, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == "vpc-endpoint-id":
            return endpoint.id
        return original(endpoint, filter_name, method_name)

    VPCEndPoint.get_filter_value = value
