"""EC2: refuses keys of tags, zones and sizes of subnets, and starts of ended instances."""

import ipaddress
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from studio_emulator.call import Answer, Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.ec2 import is_true
from studio_emulator.services.endpoint_services import zones_of

_invalid = partial(AwsError, "InvalidParameterValue")
_MOST_TAGS = 50
CREATED = {
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateNatGateway": "natgateway",
    "CreateNetworkInterface": "network-interface",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
"""The type of the resource that an operation creates."""


def check_create_tags(params: Params, _: Call) -> None:
    _check_keys(params.get("Tags") or [])


def check_specified_tags(operation: str, params: Params, _: Call) -> None:
    """Check the tags of a new resource, and that the operation creates one of that type.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html (tag restrictions)
    """
    for specification in params.get("TagSpecifications") or []:
        kind = specification.get("ResourceType")
        if operation in CREATED and kind != CREATED[operation]:
            raise _invalid(f"'{kind}' is not a valid taggable resource type for this operation.")
        tags = specification.get("Tags") or []
        _check_keys(tags)
        if len(tags) > _MOST_TAGS:
            message = "The maximum number of Tags for a resource has been reached."
            raise AwsError("TagLimitExceeded", message)
        if len({tag.get("Key") for tag in tags}) < len(tags):
            raise _invalid("Duplicate tag key specified.")


def _check_keys(tags: Iterable[Params]) -> None:
    """InvalidParameterValue for a reserved key."""
    for tag in tags:
        if tag.get("Key", "").lower().startswith("aws:"):
            raise _invalid(
                f"Tag keys starting with 'aws:' are reserved for internal use: {tag['Key']}"
            )


def check_modify_vpc_attribute(params: Params, call: Call) -> None:
    """One attribute in a request; DNS hostnames only with DNS support.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html; code and
    message: https://github.com/aws/aws-sdk-go/issues/415.
    """
    given = [member for member in params if member.startswith("Enable")]
    if len(given) != 1:
        message = f"Fields for one attribute type must be specified, got: {', '.join(given)}"
        raise AwsError("InvalidParameterCombination", message)
    vpc = call.backend("ec2").get_vpc(params["VpcId"])
    hostnames = params.get("EnableDnsHostnames", {}).get("Value")
    if hostnames and not is_true(vpc.enable_dns_support):
        message = "DNS hostnames can only be enabled if DNS support is enabled."
        raise AwsError("InvalidParameterCombination", message)


def defaults_of_create_subnet(params: Params, call: Call) -> dict[str, str]:
    """The default zone; moto's is always in us-east-1."""
    if params.get("AvailabilityZone") or params.get("AvailabilityZoneId"):
        return {}
    return {"AvailabilityZone": next(iter(zones_of(call.region)))}


def check_create_subnet(params: Params, call: Call) -> None:
    """Accept zones of the region, and networks of /16 to /28."""
    zones = zones_of(call.region)
    zone = params.get("AvailabilityZone")
    if zone and zone not in zones:
        raise _invalid(
            f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently "
            f"only be created in the following availability zones: {', '.join(zones)}."
        )
    zone_id = params.get("AvailabilityZoneId")
    if zone_id and zone_id not in zones.values():
        raise _invalid(f"Value ({zone_id}) for parameter availabilityZoneId is invalid.")
    cidr = params.get("CidrBlock")
    # Moto refuses an invalid block.
    with suppress(ValueError):
        if cidr and not 16 <= ipaddress.ip_network(cidr, strict=False).prefixlen <= 28:
            raise AwsError("InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid.")


def check_start_instances(params: Params, call: Call) -> None:
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
