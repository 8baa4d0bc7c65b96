"""EC2: moto's private parts, and corrections: interfaces of ended instances, blackhole routes."""

from collections.abc import Sequence
from copy import copy
from types import SimpleNamespace
from typing import Any

from moto.ec2.models.instances import Instance
from moto.ec2.models.route_tables import Route
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.vpcs import VPCEndPoint
from moto.efs.models import MountTarget

from studio_emulator.moto_internals.replacing import replaces


def is_true(value: Any) -> bool:
    """The value of a flag, which moto stores as a boolean or as text."""
    return str(value).lower() == "true"


def subnets_of(route_table: Any) -> list[str]:
    """The subnets that are associated with a route table."""
    return list(route_table._associations.values())


def peering_status(connection: Any) -> str:
    """The status of a VPC peering connection."""
    return str(connection._status.code)


def adopt(
    interface: Any, description: str, *, kind: str, groups: Sequence[str] | None = None
) -> None:
    """Make an interface one that a service manages, in use and with an address of its subnet.

    kind: EC2's interface type, e.g. `vpc_endpoint`, `efs`. groups: the ids of the new security
    groups; None keeps them.
    """
    interface.description = description
    interface.interface_type = kind
    interface.requester_managed = True
    interface.status = "in-use"
    if groups is not None:
        find = interface.ec2_backend.get_security_group_from_id
        interface._group_set = [find(group) for group in groups]
    if interface.private_ip_address not in interface.subnet._subnet_ips:
        # Moto has chosen a random address.
        address = interface.subnet.get_available_subnet_ip(interface)
        interface.private_ip_address = address
        interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]


@replaces(MountTarget, "set_network_interface")
def _adopt_of_efs(set_interface: Any, target: MountTarget, interface: Any) -> None:
    set_interface(target, interface)
    described = f"{target.file_system_id} ({target.mount_target_id})"
    adopt(interface, f"EFS mount target for {described}", kind="efs")


def release(interface: Any) -> None:
    """Delete a service's interface and free its address."""
    interface.ec2_backend.enis.pop(interface.id, None)
    interface.subnet.del_subnet_ip(interface.private_ip_address)


@replaces(Instance, "prep_nics")
def _prepare(prepare: Any, instance: Instance, nic_spec: Any, *args: Any, **kwargs: Any) -> None:
    """Set DeleteOnTermination of the primary interface, unless RunInstances attaches one.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
    """
    prepare(instance, nic_spec, *args, **kwargs)
    asked: dict[int, dict[str, Any]] = {int(each["DeviceIndex"]): each for each in nic_spec}
    primary = asked.get(0, {})
    if "NetworkInterfaceId" not in primary and 0 in instance.nics:
        instance.nics[0].delete_on_termination = primary.get("DeleteOnTermination", True)


@replaces(Instance, "terminate")
def _terminate(terminate: Any, instance: Instance) -> Any:
    """Delete an instance's interfaces with DeleteOnTermination, detach the others."""
    if instance.state == "terminated":
        return copy(instance.instance_state)
    ec2, interfaces = instance.ec2_backend, dict(instance.nics)
    for address in ec2.addresses:
        if address.eni in interfaces.values():
            ec2.disassociate_address(association_id=address.association_id)
    previous = terminate(instance)
    for interface in interfaces.values():
        instance.detach_eni(interface)
    # Moto reads the address of a terminated instance.
    instance.nics = interfaces
    return previous


def _shown(instance: Instance) -> list[Any]:
    return [] if instance.state == "terminated" else list(instance.nics.values())


Instance.network_interfaces = property(_shown)


def interface_of(nat_gateway: Any) -> Any:
    """A NAT gateway's network interface, which moto does not delete with the gateway."""
    return nat_gateway._eni


def _state(route: Route) -> str:
    """The state of a route: `blackhole` if its target does not exist.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """
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


Route.state = property(_state)


@replaces(VPCEndPoint, "get_filter_value")
def _value(value: Any, endpoint: VPCEndPoint, filter_name: str, *args: Any, **kwargs: Any) -> Any:
    """Let DescribeVpcEndpoints filter by `vpc-endpoint-id`."""
    if filter_name == "vpc-endpoint-id":
        return endpoint.id
    return value(endpoint, filter_name, *args, **kwargs)


@replaces(SecurityGroupBackend, "describe_security_group_rules")
def _describe_rules(
    describe: Any, ec2: Any, sg_rule_ids: list[str], filters: dict[str, list[str]]
) -> Any:
    """Find rules by the id of the rule or group: moto iterates over all rules of the account.

    Moto's own code runs on the groups that are found, so its results and errors stay the same.
    """
    rule, group = _exact(sg_rule_ids), _exact(filters.get("group-id"))
    if rule or group:
        ec2 = SimpleNamespace(
            groups={
                vpc: {id_: one for id_, one in held.items() if id_ == group or _has(one, rule)}
                for vpc, held in ec2.groups.items()
            }
        )
    return describe(ec2, sg_rule_ids, filters)


@replaces(SecurityGroupRule, "__init__")
def _create_rule(create: Any, rule: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
    create(rule, *args, **kwargs)
    rule.sources = [source for source in args[6:8] if source]


def _description(rule: SecurityGroupRule) -> Any:
    """The description of a rule for a group or a prefix list: moto has those for addresses."""
    sources = [rule.ip_range, *vars(rule).get("sources", ())]
    return next((each["Description"] for each in sources if each.get("Description")), None)


SecurityGroupRule.description = property(_description)


@replaces(SecurityGroup, "_flattened_rules")
def _flatten(flatten: Any, group: SecurityGroup, rules: list[SecurityGroupRule]) -> list[Any]:
    """Show the descriptions of prefix lists."""
    views: list[Any] = flatten(group, rules)
    for view in views:
        traffic = (view.from_port, view.to_port, view.ip_protocol)
        view.prefix_list_ids = [
            {"PrefixListId": rule.prefix_list_id}
            | ({"Description": rule.description} if rule.description else {})
            for rule in rules
            if rule.prefix_list_id and (rule.from_port, rule.to_port, rule.ip_protocol) == traffic
        ]
    return views


def _exact(values: list[str] | None) -> str | None:
    """The only value, if there is one and it is no pattern."""
    if values is None or len(values) != 1 or set(values[0]) & set("*?\\"):
        return None
    return values[0]


def _has(group: SecurityGroup, rule_id: str | None) -> bool:
    return any(rule.id == rule_id for rule in (*group.ingress_rules, *group.egress_rules))
