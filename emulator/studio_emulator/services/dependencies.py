"""EC2's refusals to delete resources in use, or to associate a subnet twice."""

from collections.abc import Iterator
from typing import Any

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import is_true, subnets_of


def check_delete_subnet(params: Params, call: Call) -> None:
    ec2 = call.backend("ec2")
    subnet = ec2.get_subnet(params["SubnetId"])
    if any(interface.subnet.id == subnet.id for interface in ec2.enis.values()):
        raise _has_dependencies("subnet", subnet.id)


def check_associate_route_table(params: Params, call: Call) -> None:
    """Refuse a second route table for a subnet, and the table of another VPC."""
    ec2, subnet = call.backend("ec2"), params.get("SubnetId")
    wanted = ec2.route_tables.get(params["RouteTableId"])
    if subnet and wanted is not None and ec2.get_subnet(subnet).vpc_id != wanted.vpc_id:
        raise AwsError(
            "InvalidParameterValue",
            f"route table {wanted.id} and subnet {subnet} belong to different networks",
        )
    for table in ec2.route_tables.values():
        if subnet and subnet in subnets_of(table) and table.id != params["RouteTableId"]:
            raise AwsError(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {params['RouteTableId']} conflicts "
                "with an existing association",
            )


def check_disassociate_route_table(params: Params, call: Call) -> None:
    """Refuse to disassociate a main route table: https://github.com/ansible/ansible/issues/25521"""
    association = params["AssociationId"]
    tables = call.backend("ec2").route_tables.values()
    if association in (table.main_association_id for table in tables):
        message = f"cannot disassociate the main route table association {association}"
        raise AwsError("InvalidParameterValue", message)


def check_delete_route_table(params: Params, call: Call) -> None:
    """Refuse to delete a main route table; moto refuses while subnets are associated."""
    table = call.backend("ec2").get_route_table(params["RouteTableId"])
    if table.main_association_id:
        raise _has_dependencies("routeTable", table.id)


def check_delete_vpc(params: Params, call: Call) -> None:
    """Refuse while the VPC is in use; moto checks subnets and route tables."""
    ec2 = call.backend("ec2")
    vpc = ec2.get_vpc(params["VpcId"])
    groups = ec2.groups.get(vpc.id, {}).values()
    in_use = (
        any(group.name != "default" for group in groups)
        or any(endpoint.vpc_id == vpc.id for endpoint in ec2.vpc_end_points.values())
        or any(
            gateway.vpc is not None and gateway.vpc.id == vpc.id
            for gateway in ec2.internet_gateways.values()
        )
        or any(
            acl.vpc_id == vpc.id and not is_true(acl.default) for acl in ec2.network_acls.values()
        )
    )
    if in_use:
        raise _has_dependencies("vpc", vpc.id)


def check_delete_security_group(params: Params, call: Call) -> None:
    ec2 = call.backend("ec2")
    group = (
        ec2.get_security_group_from_id(params["GroupId"])
        if params.get("GroupId")
        else ec2.get_security_group_by_name_or_id(params.get("GroupName"))
    )
    if group is None:
        return
    if group.name == "default":
        raise AwsError(
            "CannotDelete",
            f'the specified group: "{group.id}" name: "default" cannot be deleted by a user',
        )
    used = any(group in interface.group_set for interface in ec2.enis.values())
    referenced = any(
        group.id in _referenced_groups(other)
        for others in ec2.groups.values()
        for other in others.values()
        if other.id != group.id
    )
    if used or referenced:
        raise AwsError("DependencyViolation", f"resource {group.id} has a dependent object")


def _has_dependencies(noun: str, resource_id: str) -> AwsError:
    message = f"The {noun} '{resource_id}' has dependencies and cannot be deleted."
    return AwsError("DependencyViolation", message)


def _referenced_groups(group: Any) -> Iterator[str]:
    for rule in [*group.ingress_rules, *group.egress_rules]:
        if rule.source_group:
            yield rule.source_group.get("GroupId", "")
