"""Whether an app reaches a service from its network interface; if not, it has no remote access.

With private DNS, a service's name resolves to the VPC endpoint, otherwise to public addresses. In
subnets without internet access, remote access needs both endpoints of Systems Manager
(remote-access-remote-setup-vpc-subnets-without-internet-access in the guide).
"""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from studio_emulator.call import Call
from studio_emulator.moto_internals.ec2 import is_true, subnets_of
from studio_emulator.studio import network_acls

_HTTPS = 443
_ANY_PUBLIC_ADDRESS = "203.0.113.1"


def reaches(call: Call, interface: Any, service: str) -> bool:
    """Whether the app with this network interface reaches the service, e.g. `ssmmessages`."""
    ec2 = call.backend("ec2")
    vpc = ec2.get_vpc(interface.subnet.vpc_id)
    groups = [ec2.get_security_group_from_id(group.id) for group in interface.group_set]
    sending = [rule for group in groups for rule in group.egress_rules]
    private = [
        endpoint
        for endpoint in ec2.vpc_end_points.values()
        if endpoint.vpc_id == vpc.id
        and endpoint.service_name.rpartition(".")[2] == service
        and endpoint.vpc_endpoint_type == "Interface"
        and is_true(endpoint.private_dns_enabled)
        and is_true(vpc.enable_dns_support)
    ]
    if not private:
        public = _allows(sending, groups=(), address=_ANY_PUBLIC_ADDRESS, ec2=ec2)
        return public and _reaches_internet(ec2, interface.subnet.id, interface.private_ip_address)
    own = [group.id for group in groups]
    return any(
        _allows(
            sending,
            groups=endpoint.security_group_ids,
            address=ec2.enis[endpoint_interface].private_ip_address,
            ec2=ec2,
        )
        and _allows(
            [
                rule
                for group_id in endpoint.security_group_ids
                for rule in ec2.get_security_group_from_id(group_id).ingress_rules
            ],
            groups=own,
            address=interface.private_ip_address,
            ec2=ec2,
        )
        and _acls_allow(ec2, interface, ec2.enis[endpoint_interface])
        for endpoint in private
        for endpoint_interface in endpoint.network_interface_ids
    )


def _allows(rules: Iterable[Any], *, groups: Iterable[str], address: str, ec2: Any) -> bool:
    """Whether a rule of security groups allows HTTPS with members of `groups` or the address."""
    named = set(groups)
    for rule in rules:
        protocol = str(rule.ip_protocol).lower()
        if protocol not in ("-1", "6", "tcp"):
            continue
        if protocol != "-1" and not int(rule.from_port) <= _HTTPS <= int(rule.to_port):
            continue
        if (rule.source_group or {}).get("GroupId") in named:
            return True
        ranges = [(rule.ip_range or {}).get("CidrIp"), *_prefix_list_ranges(rule, ec2)]
        if any(ip_address(address) in ip_network(block, strict=False) for block in ranges if block):
            return True
    return False


def _prefix_list_ranges(rule: Any, ec2: Any) -> list[str]:
    """The address ranges of the rule's prefix list."""
    found = ec2.managed_prefix_lists.get(rule.prefix_list_id)
    return [entry["Cidr"] for entry in found.entries.get(found.version) or []] if found else []


def _acls_allow(ec2: Any, interface: Any, endpoint: Any) -> bool:
    """Whether network ACLs allow HTTPS from `interface` to `endpoint`; none applies in a subnet."""
    here, there = interface.subnet.id, endpoint.subnet.id
    return here == there or (
        network_acls.allows_to(ec2, here, endpoint.private_ip_address)
        and network_acls.allows_from(ec2, there, interface.private_ip_address)
    )


def _reaches_internet(
    ec2: Any, subnet_id: str, address: str, visited: frozenset[str] = frozenset()
) -> bool:
    """Whether the subnet's default route connects the address to the internet.

    An internet gateway does not: the interfaces of apps have no public address. A transit gateway
    or a virtual private gateway does: the network behind it is unknown.
    """
    route = _default_route(ec2, subnet_id)
    if route is None or route.state == "blackhole":
        return False
    if not network_acls.allows_to(ec2, subnet_id, _ANY_PUBLIC_ADDRESS):
        return False
    if (nat := route.nat_gateway) is not None:
        if nat.subnet_id in visited or nat.state != "available":
            return False
        if nat.subnet_id != subnet_id and not _acl_allows_nat(ec2, nat.subnet_id, address):
            return False
        if nat.connectivity_type == "private":
            return _reaches_internet(ec2, nat.subnet_id, address, visited | {subnet_id})
        outside = _default_route(ec2, nat.subnet_id)
        return outside is not None and _is_internet_gateway(outside) and outside.state == "active"
    return not _is_internet_gateway(route)


def _acl_allows_nat(ec2: Any, subnet_id: str, address: str) -> bool:
    """Whether the network ACL of a NAT gateway's subnet allows the address's connections."""
    return network_acls.allows_from(ec2, subnet_id, address) and network_acls.allows_to(
        ec2, subnet_id, _ANY_PUBLIC_ADDRESS, network_acls.NAT_EPHEMERAL
    )


def _default_route(ec2: Any, subnet_id: str) -> Any:
    """The default route of the subnet's route table, or of the VPC's main route table."""
    vpc_id = ec2.get_subnet(subnet_id).vpc_id
    tables = [table for table in ec2.route_tables.values() if table.vpc_id == vpc_id]
    own = [table for table in tables if subnet_id in subnets_of(table)]
    return next(
        (
            route
            for table in own or [table for table in tables if table.main_association_id]
            for route in table.routes
            if route.destination_cidr_block == "0.0.0.0/0"
        ),
        None,
    )


def _is_internet_gateway(route: Any) -> bool:
    return route.gateway is not None and str(route.gateway.id).startswith("igw-")
