"""VPC endpoints: which subnets, zones and private DNS names are refused; their interfaces."""

import hashlib
import json
from collections import Counter
from functools import partial
from typing import Any

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.iam.policy import valid_statements
from studio_emulator.moto_internals.ec2 import adopt, is_true, release
from studio_emulator.services.endpoint_services import EndpointService, find_service
from studio_emulator.services.interfaces import security_group

_invalid = partial(AwsError, "InvalidParameter")


def defaults_of_create_vpc_endpoint(params: Params, call: Call) -> dict[str, str]:
    """EC2's defaults for the members of CreateVpcEndpoint."""
    defaults = {}
    interface = params.get("VpcEndpointType") == "Interface"
    if "VpcEndpointType" not in params:
        defaults["VpcEndpointType"] = "Gateway"
    if "PrivateDnsEnabled" not in params:
        defaults["PrivateDnsEnabled"] = "true" if interface else "false"
    if interface and not params.get("SecurityGroupIds"):
        group = call.backend("ec2").get_default_security_group(params["VpcId"])
        if group is not None:
            defaults["SecurityGroupId.1"] = group.id
    return defaults


def check_create_vpc_endpoint(params: Params, call: Call) -> None:
    """EC2's refusals; see CreateVpcEndpoint in its API reference."""
    ec2 = call.backend("ec2")
    if params.get("SubnetConfigurations"):
        # Moto ignores it.
        message = "The emulator chooses the addresses of an endpoint."
        raise AwsError("UnsupportedOperation", message)
    vpc = ec2.get_vpc(params["VpcId"])
    kind = params.get("VpcEndpointType", "Gateway")
    service = find_service(params.get("ServiceName", ""), kind, call)
    _check_policy(params)
    if kind == "Interface":
        _check_subnets(params.get("SubnetIds") or [], [], vpc, service, ec2)
        _check_groups(params.get("SecurityGroupIds") or [], vpc, ec2)
        if params.get("PrivateDnsEnabled", True):
            _check_private_dns(vpc, service, ec2)
    elif kind == "Gateway":
        for member in ("SubnetIds", "SecurityGroupIds"):
            if params.get(member):
                raise _invalid(f"{member} is not supported for endpoints of type Gateway")
        _check_route_tables(params.get("RouteTableIds") or [], params["ServiceName"], vpc, ec2)


def amend_create_vpc_endpoint(params: Params, call: Call, answer: Answer) -> Answer:
    """Set the interfaces' subnets and groups, and the DNS names."""
    ec2 = call.backend("ec2")
    endpoint = ec2.vpc_end_points[answer["VpcEndpoint"]["VpcEndpointId"]]
    answer["VpcEndpoint"] |= _set_addressing(endpoint, params)
    if endpoint.vpc_endpoint_type != "Interface":
        endpoint.dns_entries = []
        return answer
    service = find_service(endpoint.service_name, "Interface", call)
    for interface_id in endpoint.network_interface_ids:
        _adopt(ec2.enis[interface_id], endpoint)
    _set_dns_names(endpoint, service, ec2)
    answer["VpcEndpoint"]["DnsEntries"] = [
        {"DnsName": entry["dns_name"], "HostedZoneId": entry["hosted_zone_id"]}
        for entry in endpoint.dns_entries
    ]
    return answer


def check_modify_vpc_endpoint(params: Params, call: Call) -> None:
    """Apply the same rules to what the request adds to an endpoint."""
    ec2 = call.backend("ec2")
    endpoint = ec2.describe_vpc_endpoints(vpc_end_point_ids=[params["VpcEndpointId"]])[0]
    vpc = ec2.get_vpc(endpoint.vpc_id)
    service = find_service(endpoint.service_name, endpoint.vpc_endpoint_type, call)
    _check_policy(params)
    removed = params.get("RemoveSubnetIds") or []
    kept = [subnet for subnet in endpoint.subnet_ids or [] if subnet not in removed]
    _check_subnets(params.get("AddSubnetIds") or [], kept, vpc, service, ec2)
    _check_groups(params.get("AddSecurityGroupIds") or [], vpc, ec2)
    added = params.get("AddRouteTableIds") or []
    _check_route_tables(added, endpoint.service_name, vpc, ec2)
    if params.get("PrivateDnsEnabled") and not endpoint.private_dns_enabled:
        _check_private_dns(vpc, service, ec2)


def amend_modify_vpc_endpoint(params: Params, call: Call, answer: Answer) -> Answer:
    """Reset the policy; update interfaces, groups, routes and DNS names after a modification."""
    ec2 = call.backend("ec2")
    endpoint = ec2.vpc_end_points[params["VpcEndpointId"]]
    if params.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(endpoint.DEFAULT_POLICY)
    _set_addressing(endpoint, params)
    if endpoint.vpc_endpoint_type == "Gateway":
        prefix_list = endpoint.destination_prefix_list_id
        for table in params.get("AddRouteTableIds") or []:
            ec2.create_route(
                table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list
            )
        for table in params.get("RemoveRouteTableIds") or []:
            ec2.delete_route(table, prefix_list)
        return answer
    if "PrivateDnsEnabled" in params:
        endpoint.private_dns_enabled = params["PrivateDnsEnabled"]
    held = {ec2.enis[id_].subnet.id: ec2.enis[id_] for id_ in endpoint.network_interface_ids}
    for subnet_id in set(held) - set(endpoint.subnet_ids):
        release(held.pop(subnet_id))
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in held:
            held[subnet_id] = ec2.create_network_interface(subnet_id, None)
        _adopt(held[subnet_id], endpoint)
    endpoint.network_interface_ids = [interface.id for interface in held.values()]
    service = find_service(endpoint.service_name, "Interface", call)
    _set_dns_names(endpoint, service, ec2)
    return answer


def delete_vpc_endpoints(params: Params, call: Call) -> Answer:
    """Delete endpoints with their interfaces; unknown ids are unsuccessful."""
    ec2 = call.backend("ec2")
    unsuccessful = []
    for endpoint_id in params["VpcEndpointIds"]:
        endpoint = ec2.vpc_end_points.get(endpoint_id)
        if endpoint is None:
            message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
            error = {"Code": "InvalidVpcEndpointId.NotFound", "Message": message}
            unsuccessful.append({"ResourceId": endpoint_id, "Error": error})
            continue
        for interface_id in endpoint.network_interface_ids:
            release(ec2.enis[interface_id])
        if endpoint.vpc_endpoint_type == "Gateway":
            ec2.delete_vpc_endpoints([endpoint_id])
        del ec2.vpc_end_points[endpoint_id]
    return {"Unsuccessful": unsuccessful}


def _set_addressing(endpoint: Any, params: Params) -> dict[str, Any]:
    """Store the endpoint's IP address type and DNS record type.

    Public Terraform plans show `service-defined` for gateway endpoints.
    """
    interface = endpoint.vpc_endpoint_type == "Interface"
    before = getattr(endpoint, "dns_options", None)
    default = {"DnsRecordIpType": "ipv4" if interface else "service-defined"}
    kind = getattr(endpoint, "ip_address_type", "ipv4")
    endpoint.ip_address_type = params.get("IpAddressType") or kind
    endpoint.dns_options = {**(before or default), **(params.get("DnsOptions") or {})}
    return {"IpAddressType": endpoint.ip_address_type, "DnsOptions": endpoint.dns_options}


def _set_dns_names(endpoint: Any, service: EndpointService | None, ec2: Any) -> None:
    """Names of the endpoint and of each of its zones, then the service's private names."""
    hosted_zone = endpoint.dns_entries[0]["hosted_zone_id"]
    digest = hashlib.sha256(endpoint.id.encode()).hexdigest()[:8]
    prefix = f"{'*.' if service and service.label == 's3' else ''}{endpoint.id}-{digest}"
    own_service = f"{endpoint.service_name.rpartition('.')[2]}.{ec2.region_name}.vpce.amazonaws.com"
    base = service.base_dns if service else own_service
    zones = sorted(ec2.get_subnet(id_).availability_zone for id_ in endpoint.subnet_ids)
    names = [f"{prefix}.{base}", *(f"{prefix}-{zone}.{base}" for zone in zones)]
    if service is not None and endpoint.private_dns_enabled:
        names += service.private_dns
    endpoint.dns_entries = [{"dns_name": name, "hosted_zone_id": hosted_zone} for name in names]


def _adopt(interface: Any, endpoint: Any) -> None:
    description = f"VPC Endpoint Interface {endpoint.id}"
    adopt(interface, description, kind="vpc_endpoint", groups=endpoint.security_group_ids or None)


def _check_policy(params: Params) -> None:
    policy = params.get("PolicyDocument")
    if not policy:
        return
    try:
        valid_statements(policy)
    except ValueError as bad:
        raise AwsError("InvalidPolicyDocument", f"Invalid policy document: {bad}") from bad
    if "Statement" not in json.loads(policy):
        raise AwsError("InvalidPolicyDocument", "Invalid policy document: it has no Statement")


def _check_subnets(
    subnet_ids: list[str],
    kept: list[str],
    vpc: Any,
    service: EndpointService | None,
    ec2: Any,
) -> None:
    for subnet_id in subnet_ids:
        subnet = ec2.get_subnet(subnet_id)
        if subnet.vpc_id != vpc.id:
            raise _invalid(f"The subnet ID '{subnet_id}' does not belong to {vpc.id}")
        if service is not None and subnet.availability_zone not in service.zones:
            raise _invalid(
                f"The VPC endpoint service {service.name} does not support the availability "
                f"zone of the subnet: {subnet_id}."
            )
    zones = Counter(ec2.get_subnet(id_).availability_zone for id_ in [*kept, *subnet_ids])
    for subnet_id in subnet_ids:
        if zones[ec2.get_subnet(subnet_id).availability_zone] > 1:
            raise AwsError(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}",
            )


def _check_groups(group_ids: list[str], vpc: Any, ec2: Any) -> None:
    for group_id in group_ids:
        if security_group(group_id, ec2).vpc_id != vpc.id:
            message = f"Security group {group_id} and VPC {vpc.id} belong to different networks."
            raise _invalid(message)


def _check_private_dns(vpc: Any, service: EndpointService | None, ec2: Any) -> None:
    if not (is_true(vpc.enable_dns_support) and is_true(vpc.enable_dns_hostnames)):
        raise _invalid(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
            f"attributes set to true for {vpc.id}"
        )
    if service is None:
        return
    for endpoint in ec2.vpc_end_points.values():
        same = (endpoint.service_name, endpoint.vpc_id) == (service.name, vpc.id)
        interface = endpoint.vpc_endpoint_type == "Interface"
        if same and interface and is_true(endpoint.private_dns_enabled):
            raise _invalid(
                "private-dns-enabled cannot be set because there is already a conflicting "
                f"DNS domain for {service.private_dns[0]} in the VPC {vpc.id}"
            )


def _check_route_tables(table_ids: list[str], service: str, vpc: Any, ec2: Any) -> None:
    for table_id in table_ids:
        table = ec2.get_route_table(table_id)
        if table.vpc_id != vpc.id:
            raise _invalid(f"Route table {table_id} and VPC {vpc.id} belong to different networks.")
        for endpoint in ec2.vpc_end_points.values():
            if endpoint.service_name == service and table_id in (endpoint.route_table_ids or []):
                raise AwsError(
                    "RouteAlreadyExists",
                    f"route table {table_id} already has a route with "
                    f"destination-prefix-list-id {endpoint.destination_prefix_list_id}",
                )
