"""The VPCs of deployments, by their tag; which one was created twice."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog.names import DEPLOYMENT_TAG
from catalog.statuses import ENDPOINT_LEAVING
from studio.aws.client import Aws
from studio.aws.errors import ignoring
from studio.console.reports import Report


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC of a deployment. empty: whether it has no subnets."""

    id: str
    deployment: str
    empty: bool


def list_networks(aws: Aws, *, deployment: str | None = None) -> list[Network]:
    """The VPCs of one deployment, or of all deployments in the region. Raises AwsError."""
    key = "tag-key" if deployment is None else f"tag:{DEPLOYMENT_TAG}"
    found = aws.list_ec2("describe_vpcs", "Vpcs", {key: [deployment or DEPLOYMENT_TAG]})
    if not found:
        return []
    inside = {"vpc-id": [vpc["VpcId"] for vpc in found]}
    subnets = aws.list_ec2("describe_subnets", "Subnets", inside)
    used = {subnet["VpcId"] for subnet in subnets}
    return [
        Network(
            id=vpc["VpcId"],
            deployment=next(tag["Value"] for tag in vpc["Tags"] if tag["Key"] == DEPLOYMENT_TAG),
            empty=vpc["VpcId"] not in used,
        )
        for vpc in found
    ]


def duplicates(existing: Collection[Network], *, in_state: str | None = None) -> list[Network]:
    """The empty VPCs of deployments with another VPC that has subnets or is in state.

    Terraform creates a second one if AWS's response does not reach it, and never uses the first.
    """
    used = {one.deployment for one in existing if not one.empty or one.id == in_state}
    return [one for one in existing if one.empty and one.id != in_state and one.deployment in used]


def list_tagged(aws: Aws, vpc_id: str, *, deployment: str) -> list[str]:
    """The ids of a deployment's endpoints and security groups in a VPC. Raises AwsError."""
    filters = {"vpc-id": [vpc_id], f"tag:{DEPLOYMENT_TAG}": [deployment]}
    endpoints = aws.list_ec2("describe_vpc_endpoints", "VpcEndpoints", filters)
    existing = (one for one in endpoints if one["State"].lower() not in ENDPOINT_LEAVING)
    groups = aws.list_ec2("describe_security_groups", "SecurityGroups", filters)
    return [*(one["VpcEndpointId"] for one in existing), *(one["GroupId"] for one in groups)]


def delete_network(aws: Aws, network: Network, report: Report) -> None:
    """Delete an empty VPC. Raises AwsError."""
    with ignoring("InvalidVpcID.NotFound"):
        aws.client("ec2").delete_vpc(VpcId=network.id)
    report(f"deleted   VPC {network.id}")
