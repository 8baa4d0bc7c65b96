"""EC2: the operations that differ from moto's; refuses keys of tags, starts of ended instances."""

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.services import (
    dependencies,
    endpoint_services,
    endpoints,
    gateways,
    group_rules,
    interfaces,
    subnets,
)


def check_tags(params: Params, _: Call) -> None:
    """InvalidParameterValue for a reserved key."""
    for tag in params.get("Tags") or []:
        if tag.get("Key", "").lower().startswith("aws:"):
            raise AwsError(
                "InvalidParameterValue",
                f"Tag keys starting with 'aws:' are reserved for internal use: {tag['Key']}",
            )


def check_start(params: Params, call: Call) -> None:
    """IncorrectInstanceState for a terminated instance."""
    for instance in call.backend("ec2").get_multi_instances_by_id(params["InstanceIds"]):
        if instance.state == "terminated":
            message = (
                f"The instance '{instance.id}' is not in a state from which it can be started."
            )
            raise AwsError("IncorrectInstanceState", message)


def amend_create_flow_logs(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the options of the destination, which moto shows, but does not store."""
    for each in answer.get("FlowLogIds", []):
        call.backend("ec2").flow_logs[each].destination_options = params.get("DestinationOptions")
    return answer


DEFAULTS = {
    "CreateSubnet": subnets.subnet_defaults,
    "CreateVpcEndpoint": endpoints.endpoint_defaults,
}
HANDLERS = {
    "DeleteVpcEndpoints": endpoints.delete_vpc_endpoints,
    "DescribeVpcEndpointServices": endpoint_services.describe_vpc_endpoint_services,
}
CHECKS = {
    "AssociateRouteTable": dependencies.check_associate_route_table,
    "AuthorizeSecurityGroupEgress": group_rules.check,
    "AuthorizeSecurityGroupIngress": group_rules.check,
    "CreateNatGateway": gateways.check_create_nat,
    "CreateNetworkInterface": interfaces.check_create,
    "CreateRoute": gateways.check_route,
    "CreateSecurityGroup": group_rules.check_create_group,
    "CreateSubnet": subnets.check_create_subnet,
    "CreateTags": check_tags,
    "CreateVpcEndpoint": endpoints.check_create,
    "DeleteNatGateway": gateways.check_delete_nat,
    "DeleteNetworkInterface": interfaces.check_delete,
    "DeleteRouteTable": dependencies.check_delete_route_table,
    "DeleteSecurityGroup": dependencies.check_delete_security_group,
    "DeleteSubnet": dependencies.check_delete_subnet,
    "DeleteVpc": dependencies.check_delete_vpc,
    "DetachInternetGateway": gateways.check_detach,
    "ModifyVpcEndpoint": endpoints.check_modify,
    "ReleaseAddress": gateways.check_release,
    "ReplaceRoute": gateways.check_route,
    "StartInstances": check_start,
}
AMENDMENTS = {
    "CreateFlowLogs": amend_create_flow_logs,
    "CreateNatGateway": gateways.amend_create_nat,
    "CreateVpcEndpoint": endpoints.amend_create,
    "DeleteNatGateway": gateways.amend_delete_nat,
    "ModifyNetworkInterfaceAttribute": interfaces.amend_modify,
    "ModifyVpcEndpoint": endpoints.amend_modify,
}
