"""EC2: moto's private parts, and corrections: interfaces of ended instances, blackhole routes."""

from collections.abc import Callable, Sequence
from copy import copy
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any

from moto.ec2.models.instances import Instance
from moto.ec2.models.route_tables import Route
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend, SecurityGroupRule
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


def release(interface: Any) -> None:
    """Delete a service's interface and free its address."""
    interface.ec2_backend.enis.pop(interface.id, None)
    interface.subnet.del_subnet_ip(interface.private_ip_address)


@cache
def end_interfaces_with_instances() -> None:
    """Delete a terminated instance's interfaces with DeleteOnTermination, detach the others.

    The primary interface has it unless RunInstances says otherwise or attaches an existing one.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html
    """
    prepare: Callable[..., None] = Instance.prep_nics
    terminate: Callable[[Instance], Any] = Instance.terminate

    @wraps(prepare)
    def prepared(instance: Instance, nic_spec: list[Any], *args: Any, **kwargs: Any) -> None:
        prepare(instance, nic_spec, *args, **kwargs)
        asked: dict[int, dict[str, Any]] = {int(each["DeviceIndex"]): each for each in nic_spec}
        primary = asked.get(0, {})
        if "NetworkInterfaceId" not in primary and 0 in instance.nics:
            instance.nics[0].delete_on_termination = primary.get("DeleteOnTermination", True)

    @wraps(terminate)
    def terminated(instance: Instance) -> Any:
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

    def shown(instance: Instance) -> list[Any]:
        return [] if instance.state == "terminated" else list(instance.nics.values())

    Instance.prep_nics, Instance.terminate = prepared, terminated
    Instance.network_interfaces = property(shown)


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


@cache
def find_rules_by_id() -> None:
    """Find rules by the id of the rule or group: moto iterates over all rules of the account.

    Moto's own code runs on the groups that are found, so its results and errors stay the same.
    """
    original: Callable[..., Any] = SecurityGroupBackend.describe_security_group_rules

    @wraps(original)
    def describe(
        backend: SecurityGroupBackend, sg_rule_ids: list[str], filters: dict[str, list[str]]
    ) -> Any:
        rule, group = _exact(sg_rule_ids), _exact(filters.get("group-id"))
        few: Any = backend
        if rule or group:
            few = SimpleNamespace(
                groups={
                    vpc: {id_: one for id_, one in held.items() if id_ == group or _has(one, rule)}
                    for vpc, held in backend.groups.items()
                }
            )
        return original(few, sg_rule_ids, filters)

    SecurityGroupBackend.describe_security_group_rules = describe


@cache
def keep_descriptions_of_rules() -> None:
    """Show the description of a rule for a group or a prefix list: moto has those for addresses."""
    create: Callable[..., None] = SecurityGroupRule.__init__
    flatten: Callable[..., list[Any]] = SecurityGroup._flattened_rules

    @wraps(create)
    def created(rule: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
        create(rule, *args, **kwargs)
        rule.sources = [source for source in args[6:8] if source]

    def description(rule: SecurityGroupRule) -> Any:
        sources = [rule.ip_range, *vars(rule).get("sources", ())]
        return next((each["Description"] for each in sources if each.get("Description")), None)

    @wraps(flatten)
    def flattened(group: SecurityGroup, rules: list[SecurityGroupRule]) -> list[Any]:
        views = flatten(group, rules)
        for view in views:
            traffic = (view.from_port, view.to_port, view.ip_protocol)
            view.prefix_list_ids = [
                {"PrefixListId": rule.prefix_list_id}
                | ({"Description": rule.description} if rule.description else {})
                for rule in rules
                if rule.prefix_list_id
                and (rule.from_port, rule.to_port, rule.ip_protocol) == traffic
            ]
        return views

    SecurityGroupRule.__init__, SecurityGroup._flattened_rules = created, flattened
    SecurityGroupRule.description = property(description)


def _exact(values: list[str] | None) -> str | None:
    """The only value, if there is one and it is no pattern."""
    if values is None or len(values) != 1 or set(values[0]) & set("*?\\"):
        return None
    return values[0]


def _has(group: SecurityGroup, rule_id: str | None) -> bool:
    return any(rule.id == rule_id for rule in (*group.ingress_rules, *group.egress_rules))
