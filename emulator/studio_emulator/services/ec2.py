"""EC2: the operations that differ from moto's."""

from studio_emulator.services import (
    dependencies,
    endpoint_services,
    endpoints,
    flow_logs,
    gateways,
    group_rules,
    interfaces,
    nat_gateways,
    subnets,
    unknown_ids,
)

DEFAULTS = {
    "CreateSubnet": subnets.subnet_defaults,
    "CreateVpcEndpoint": endpoints.endpoint_defaults,
}
HANDLERS = {
    "DeleteVpcEndpoints": endpoints.delete_vpc_endpoints,
    "DescribeVpcEndpointServices": endpoint_services.describe_vpc_endpoint_services,
}
CHECKS = {
    **unknown_ids.CHECKS,
    "AssociateRouteTable": dependencies.check_associate_route_table,
    "AuthorizeSecurityGroupEgress": group_rules.check,
    "AuthorizeSecurityGroupIngress": group_rules.check,
    "CreateNatGateway": nat_gateways.check_create,
    "CreateNetworkInterface": interfaces.check_create,
    "CreateRoute": gateways.check_route,
    "CreateSecurityGroup": group_rules.check_create_group,
    "CreateSubnet": subnets.check_create_subnet,
    "CreateTags": gateways.check_tags,
    "CreateVpcEndpoint": endpoints.check_create,
    "DeleteNatGateway": nat_gateways.check_delete,
    "DeleteNetworkInterface": interfaces.check_delete,
    "DeleteRouteTable": dependencies.check_delete_route_table,
    "DeleteSecurityGroup": dependencies.check_delete_security_group,
    "DeleteSubnet": dependencies.check_delete_subnet,
    "DeleteVpc": dependencies.check_delete_vpc,
    "DetachInternetGateway": gateways.check_detach,
    "ModifyVpcEndpoint": endpoints.check_modify,
    "ReleaseAddress": gateways.check_release,
    "ReplaceRoute": gateways.check_route,
}
AMENDMENTS = {
    "AuthorizeSecurityGroupEgress": group_rules.amend_authorize,
    "AuthorizeSecurityGroupIngress": group_rules.amend_authorize,
    "CreateFlowLogs": flow_logs.amend_create,
    "CreateNatGateway": nat_gateways.amend_create,
    "CreateVpcEndpoint": endpoints.amend_create,
    "DeleteNatGateway": nat_gateways.amend_delete,
    "DescribeFlowLogs": flow_logs.amend_describe,
    "DescribeSecurityGroups": group_rules.amend_describe,
    "ModifyVpcEndpoint": endpoints.amend_modify,
}
