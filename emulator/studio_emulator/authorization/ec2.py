"""EC2's actions on the resources that a request names by their ids, and on those it creates.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

import re
from collections.abc import Iterator
from typing import Any

from studio_emulator.authorization.permissions import Permission, pass_role, request_tags
from studio_emulator.call import Call, Params
from studio_emulator.iam import resource_tags
from studio_emulator.services.ec2 import CREATED

_KINDS = {
    "acl": "network-acl",
    "dopt": "dhcp-options",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
_ID = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")


def permissions(operation: str, params: Params, call: Call) -> Iterator[Permission]:
    """One permission per resource; operations that describe have no resources."""
    action = f"ec2:{operation}"
    if operation.startswith(("Describe", "Get", "Search")):
        yield Permission(action=action)
        return
    specifications = params.get("TagSpecifications", [])
    tags = request_tags([tag for each in specifications for tag in each.get("Tags", [])])
    tags |= request_tags(params.get("Tags"))
    # The rules of a security group have no permission of their own.
    created = None if operation.startswith("Authorize") else CREATED.get(operation)
    found = sorted(set(_ids(params)))
    if operation.startswith("RevokeSecurityGroup"):
        found = [each for each in found if not each.startswith("sgr-")]
    for resource_id in found:
        kind = _KINDS[resource_id.partition("-")[0]]
        found_tags = call.backend("ec2").describe_tags(filters={"resource-id": [resource_id]})
        held = {tag["key"]: tag["value"] for tag in found_tags}
        yield Permission(
            action=action,
            resources=(call.arn(f"{kind}/{resource_id}", "ec2"),),
            context={**tags, **resource_tags(held, "ec2:ResourceTag")},
        )
    if created is not None:
        resource = call.arn(f"{created}/*", "ec2")
        yield Permission(action=action, resources=(resource,), context=tags)
    elif not found:
        yield Permission(action=action, context=tags)
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    for each in specifications:
        if each.get("Tags"):
            resource = call.arn(f"{each['ResourceType']}/*", "ec2")
            context = {**tags, "ec2:CreateAction": operation}
            yield Permission(action="ec2:CreateTags", resources=(resource,), context=context)
    if params.get("PrivateDnsEnabled") and operation == "CreateVpcEndpoint":
        yield Permission(action="route53:AssociateVPCWithHostedZone")
    if role := params.get("DeliverLogsPermissionArn"):
        yield pass_role(role, "vpc-flow-logs.amazonaws.com")


def _ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _ids(value)
    elif isinstance(node, list):
        for value in node:
            yield from _ids(value)
    elif isinstance(node, str):
        match = _ID.fullmatch(node)
        if match is not None and match[1] in _KINDS:
            yield node
